-- Diversion cases 窜货. Who may see a case is asked of its parties, whose rows go where the partner or organisation goes.
CREATE TABLE diversions (
    id                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    state                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    filer                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    accused_text         NVARCHAR(400) NOT NULL,
    city_code            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    found_date           DATE NOT NULL,
    description          NVARCHAR(4000) NOT NULL,
    opened               BIGINT NOT NULL,
    investigator_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    investigator_name    NVARCHAR(400) NOT NULL,
    findings             NVARCHAR(4000) NOT NULL,
    statement_due_us     BIGINT NULL,
    statement            NVARCHAR(4000) NOT NULL,
    statement_author     NVARCHAR(400) NOT NULL,
    statement_us         BIGINT NULL,
    statement_expired    BIGINT NOT NULL,
    ruling               VARBINARY(MAX) NULL,
    ruler                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    appeal_due_us        BIGINT NULL,
    appeal               VARBINARY(MAX) NULL,
    decision             VARBINARY(MAX) NULL,
    final_kind           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    final_us             BIGINT NULL,
    executed_us          BIGINT NULL,
    suspended_until_us   BIGINT NULL,
    withdraw_reason      NVARCHAR(1000) NOT NULL,
    reopen_reason        NVARCHAR(1000) NOT NULL,
    round                BIGINT NOT NULL,
    version              BIGINT NOT NULL,
    created_us           BIGINT NOT NULL,
    updated_us           BIGINT NOT NULL
);
CREATE INDEX ix_diversions_state ON diversions (state, id);
CREATE INDEX ix_diversions_appeal ON diversions (appeal_due_us) WHERE state = 'ruled';
CREATE INDEX ix_diversions_statement ON diversions (statement_due_us) WHERE state = 'investigating';
CREATE INDEX ix_diversions_suspended ON diversions (suspended_until_us) WHERE suspended_until_us IS NOT NULL;

CREATE TABLE diversion_parties (
    case_id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    side            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    name            NVARCHAR(400) NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    PRIMARY KEY (case_id, side)
);
CREATE INDEX ix_diversion_parties_partner ON diversion_parties (partner_id);
CREATE INDEX ix_diversion_parties_path ON diversion_parties (scope_path);

CREATE TABLE diversion_goods (
    case_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    line     BIGINT NOT NULL,
    product  NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    batch    NVARCHAR(400) NOT NULL,
    serials  NVARCHAR(4000) NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (case_id, line)
);

CREATE TABLE diversion_notes (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    case_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    text        NVARCHAR(4000) NOT NULL,
    author_name NVARCHAR(400) NOT NULL,
    created_us  BIGINT NOT NULL
);
CREATE INDEX ix_diversion_notes_case ON diversion_notes (case_id, id);

CREATE TABLE diversion_evidence (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    case_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    side        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    file_name   NVARCHAR(400) NOT NULL,
    media_type  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    size_bytes  BIGINT NOT NULL,
    sha256      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    author_name NVARCHAR(400) NOT NULL,
    created_us  BIGINT NOT NULL
);
CREATE INDEX ix_diversion_evidence_case ON diversion_evidence (case_id, id);
CREATE INDEX ix_diversion_evidence_content ON diversion_evidence (sha256);

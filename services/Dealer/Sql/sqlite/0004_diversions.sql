-- Diversion cases 窜货. Who may see a case is asked of its parties, whose rows go where the partner or organisation goes.
CREATE TABLE diversions (
    id                   TEXT    NOT NULL PRIMARY KEY,
    state                TEXT    NOT NULL,
    filer                TEXT    NOT NULL,
    accused_text         TEXT    NOT NULL,
    city_code            TEXT    NOT NULL,
    found_date           TEXT    NOT NULL,
    description          TEXT    NOT NULL,
    opened               INTEGER NOT NULL,
    investigator_id      TEXT    NOT NULL,
    investigator_name    TEXT    NOT NULL,
    findings             TEXT    NOT NULL,
    statement_due_us     INTEGER NULL,
    statement            TEXT    NOT NULL,
    statement_author     TEXT    NOT NULL,
    statement_us         INTEGER NULL,
    statement_expired    INTEGER NOT NULL,
    ruling               BLOB    NULL,
    ruler                TEXT    NOT NULL,
    appeal_due_us        INTEGER NULL,
    appeal               BLOB    NULL,
    decision             BLOB    NULL,
    final_kind           TEXT    NOT NULL,
    final_us             INTEGER NULL,
    executed_us          INTEGER NULL,
    suspended_until_us   INTEGER NULL,
    withdraw_reason      TEXT    NOT NULL,
    reopen_reason        TEXT    NOT NULL,
    round                INTEGER NOT NULL,
    version              INTEGER NOT NULL,
    created_us           INTEGER NOT NULL,
    updated_us           INTEGER NOT NULL
);
CREATE INDEX ix_diversions_state ON diversions (state, id);
CREATE INDEX ix_diversions_appeal ON diversions (appeal_due_us) WHERE state = 'ruled';
CREATE INDEX ix_diversions_statement ON diversions (statement_due_us) WHERE state = 'investigating';
CREATE INDEX ix_diversions_suspended ON diversions (suspended_until_us) WHERE suspended_until_us IS NOT NULL;

CREATE TABLE diversion_parties (
    case_id         TEXT NOT NULL,
    side            TEXT NOT NULL,
    partner_id      TEXT NULL,
    name            TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    scope_path      TEXT NOT NULL,
    assignee_id     TEXT NULL,
    PRIMARY KEY (case_id, side)
);
CREATE INDEX ix_diversion_parties_partner ON diversion_parties (partner_id);
CREATE INDEX ix_diversion_parties_path ON diversion_parties (scope_path);

CREATE TABLE diversion_goods (
    case_id  TEXT    NOT NULL,
    line     INTEGER NOT NULL,
    product  TEXT    NOT NULL,
    batch    TEXT    NOT NULL,
    serials  TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (case_id, line)
);

CREATE TABLE diversion_notes (
    id          TEXT    NOT NULL PRIMARY KEY,
    case_id     TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    author_name TEXT    NOT NULL,
    created_us  INTEGER NOT NULL
);
CREATE INDEX ix_diversion_notes_case ON diversion_notes (case_id, id);

CREATE TABLE diversion_evidence (
    id          TEXT    NOT NULL PRIMARY KEY,
    case_id     TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    file_name   TEXT    NOT NULL,
    media_type  TEXT    NOT NULL,
    size_bytes  INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    author_name TEXT    NOT NULL,
    created_us  INTEGER NOT NULL
);
CREATE INDEX ix_diversion_evidence_case ON diversion_evidence (case_id, id);
CREATE INDEX ix_diversion_evidence_content ON diversion_evidence (sha256);

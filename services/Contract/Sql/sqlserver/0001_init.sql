-- Partners 机构 as last heard of; so that an agreement drafted while its partner moves lands where the partner is now.
CREATE TABLE partners (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    name        NVARCHAR(400) NOT NULL,
    stage       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL
);

-- The register of agreement numbers 合同领用登记. A block's rows are all there from the start; none is ever deleted.
CREATE TABLE number_blocks (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    prefix          NVARCHAR(100) NOT NULL,
    first_number    BIGINT NOT NULL,
    last_number     BIGINT NOT NULL,
    width           BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    created_us      BIGINT NOT NULL
);
CREATE INDEX ix_number_blocks_register ON number_blocks (organisation_id, kind);

-- id = block id, '-', running number in nine digits: the order in which numbers are taken. assignee_id is the holder 领用人.
CREATE TABLE contract_numbers (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    block_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES number_blocks (id),
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    number          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    holder_name     NVARCHAR(400) NOT NULL,
    issue_date      DATE NULL,
    agreement_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    settle_date     DATE NULL,
    reason          NVARCHAR(400) NOT NULL
);
CREATE UNIQUE INDEX ux_contract_numbers_number ON contract_numbers (number);
CREATE UNIQUE INDEX ux_contract_numbers_agreement ON contract_numbers (agreement_id) WHERE agreement_id IS NOT NULL;
CREATE INDEX ix_contract_numbers_block ON contract_numbers (block_id, state);
CREATE INDEX ix_contract_numbers_available ON contract_numbers (organisation_id, kind, id) WHERE state IN ('free', 'returned');
CREATE INDEX ix_contract_numbers_issued ON contract_numbers (organisation_id, kind, assignee_id, id) WHERE state = 'issued';

-- Agreements 协议; steps_json is the approval chain, timeline_json all that happened.
CREATE TABLE agreements (
    id                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    kind                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    awaits_role          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    number               NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    partner_id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_version      BIGINT NOT NULL,
    partner_name         NVARCHAR(400) NOT NULL,
    organisation_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path           NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    subject              NVARCHAR(400) NOT NULL,
    party_a              NVARCHAR(400) NOT NULL,
    party_b              NVARCHAR(400) NOT NULL,
    city_code            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    products_json        NVARCHAR(MAX) NOT NULL,
    effective_from       DATE NOT NULL,
    effective_to         DATE NOT NULL,
    terms                NVARCHAR(MAX) NOT NULL,
    deviations           NVARCHAR(MAX) NOT NULL,
    amount_fen           BIGINT NULL,
    major                BIGINT NOT NULL,
    signed_date          DATE NULL,
    drafter_id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    drafter_name         NVARCHAR(400) NOT NULL,
    authors_json         NVARCHAR(MAX) NOT NULL,
    steps_json           NVARCHAR(MAX) NOT NULL,
    timeline_json        NVARCHAR(MAX) NOT NULL,
    termination_reason   NVARCHAR(1000) NOT NULL,
    termination_evidence NVARCHAR(MAX) NOT NULL,
    created_us           BIGINT NOT NULL,
    updated_us           BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_agreements_number ON agreements (number) WHERE number IS NOT NULL;
CREATE INDEX ix_agreements_partner ON agreements (partner_id, state);
CREATE INDEX ix_agreements_term ON agreements (effective_to) WHERE state = 'active';
CREATE INDEX ix_agreements_signed ON agreements (signed_date, id) WHERE signed_date IS NOT NULL;

-- Statistics 协议签订统计表 as submitted; rows_json is what stood in them then.
CREATE TABLE statistics_submissions (
    id                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_name NVARCHAR(400) NOT NULL,
    scope_path        NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    report_day        DATE NOT NULL,
    row_count         BIGINT NOT NULL,
    rows_json         NVARCHAR(MAX) NOT NULL,
    submitter_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    submitter_name    NVARCHAR(400) NOT NULL,
    created_us        BIGINT NOT NULL
);

-- Partners 机构 as last heard of; so that an agreement drafted while its partner moves lands where the partner is now.
CREATE TABLE partners (
    id          TEXT    NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    stage       TEXT    NOT NULL,
    scope_path  TEXT    NOT NULL,
    assignee_id TEXT    NULL
) WITHOUT ROWID;

-- The register of agreement numbers 合同领用登记. A block's rows are all there from the start; none is ever deleted.
CREATE TABLE number_blocks (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    organisation_id TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    prefix          TEXT    NOT NULL,
    first_number    INTEGER NOT NULL,
    last_number     INTEGER NOT NULL,
    width           INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    created_us      INTEGER NOT NULL
);
CREATE INDEX ix_number_blocks_register ON number_blocks (organisation_id, kind);

-- id = block id, '-', running number in nine digits: the order in which numbers are taken. assignee_id is the holder 领用人.
CREATE TABLE contract_numbers (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    block_id        TEXT    NOT NULL REFERENCES number_blocks (id),
    organisation_id TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    holder_name     TEXT    NOT NULL,
    issue_date      TEXT    NULL,
    agreement_id    TEXT    NULL,
    settle_date     TEXT    NULL,
    reason          TEXT    NOT NULL
);
CREATE UNIQUE INDEX ux_contract_numbers_number ON contract_numbers (number);
CREATE UNIQUE INDEX ux_contract_numbers_agreement ON contract_numbers (agreement_id) WHERE agreement_id IS NOT NULL;
CREATE INDEX ix_contract_numbers_block ON contract_numbers (block_id, state);
CREATE INDEX ix_contract_numbers_available ON contract_numbers (organisation_id, kind, id) WHERE state IN ('free', 'returned');
CREATE INDEX ix_contract_numbers_issued ON contract_numbers (organisation_id, kind, assignee_id, id) WHERE state = 'issued';

-- Agreements 协议; steps_json is the approval chain, timeline_json all that happened.
CREATE TABLE agreements (
    id                   TEXT    NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    kind                 TEXT    NOT NULL,
    state                TEXT    NOT NULL,
    awaits_role          TEXT    NOT NULL,
    number               TEXT    NULL,
    partner_id           TEXT    NOT NULL,
    partner_version      INTEGER NOT NULL,
    partner_name         TEXT    NOT NULL,
    organisation_id      TEXT    NOT NULL,
    scope_path           TEXT    NOT NULL,
    assignee_id          TEXT    NULL,
    subject              TEXT    NOT NULL,
    party_a              TEXT    NOT NULL,
    party_b              TEXT    NOT NULL,
    city_code            TEXT    NOT NULL,
    products_json        TEXT    NOT NULL,
    effective_from       TEXT    NOT NULL,
    effective_to         TEXT    NOT NULL,
    terms                TEXT    NOT NULL,
    deviations           TEXT    NOT NULL,
    amount_fen           INTEGER NULL,
    major                INTEGER NOT NULL,
    signed_date          TEXT    NULL,
    drafter_id           TEXT    NOT NULL,
    drafter_name         TEXT    NOT NULL,
    authors_json         TEXT    NOT NULL,
    steps_json           TEXT    NOT NULL,
    timeline_json        TEXT    NOT NULL,
    termination_reason   TEXT    NOT NULL,
    termination_evidence TEXT    NOT NULL,
    created_us           INTEGER NOT NULL,
    updated_us           INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_agreements_number ON agreements (number) WHERE number IS NOT NULL;
CREATE INDEX ix_agreements_partner ON agreements (partner_id, state);
CREATE INDEX ix_agreements_term ON agreements (effective_to) WHERE state = 'active';
CREATE INDEX ix_agreements_signed ON agreements (signed_date, id) WHERE signed_date IS NOT NULL;

-- Statistics 协议签订统计表 as submitted; rows_json is what stood in them then.
CREATE TABLE statistics_submissions (
    id                TEXT    NOT NULL PRIMARY KEY,
    organisation_id   TEXT    NOT NULL,
    organisation_name TEXT    NOT NULL,
    scope_path        TEXT    NOT NULL,
    assignee_id       TEXT    NULL,
    report_day        TEXT    NOT NULL,
    row_count         INTEGER NOT NULL,
    rows_json         TEXT    NOT NULL,
    submitter_id      TEXT    NOT NULL,
    submitter_name    TEXT    NOT NULL,
    created_us        INTEGER NOT NULL
);

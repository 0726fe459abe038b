-- The client file: people, records, credit grades and shipping of a partner. Who may see them is asked of the partner.
CREATE TABLE contacts (
    id         TEXT    NOT NULL PRIMARY KEY,
    partner_id TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    phone      TEXT    NOT NULL,
    birthday   TEXT    NULL,
    is_primary INTEGER NOT NULL,
    consent_us INTEGER NULL,
    remark     TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    updated_us INTEGER NOT NULL
);
CREATE INDEX ix_contacts_partner ON contacts (partner_id, is_primary, id);
CREATE UNIQUE INDEX ux_contacts_primary ON contacts (partner_id) WHERE is_primary = 1;

CREATE TABLE client_records (
    id           TEXT    NOT NULL PRIMARY KEY,
    partner_id   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    occur_date   TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    product      TEXT    NOT NULL,
    quantity     INTEGER NOT NULL,
    amount_fen   INTEGER NOT NULL,
    contact      TEXT    NOT NULL,
    satisfaction INTEGER NOT NULL,
    corrects     TEXT    NOT NULL,
    corrected_by TEXT    NOT NULL,
    author_name  TEXT    NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE INDEX ix_client_records_partner ON client_records (partner_id, occur_date, id);

CREATE TABLE credit_gradings (
    id          TEXT    NOT NULL PRIMARY KEY,
    partner_id  TEXT    NOT NULL,
    grade       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    author_name TEXT    NOT NULL,
    created_us  INTEGER NOT NULL
);
CREATE INDEX ix_credit_gradings_partner ON credit_gradings (partner_id, id);

CREATE TABLE shippings (
    partner_id TEXT    NOT NULL PRIMARY KEY,
    address    TEXT    NOT NULL,
    receiver   TEXT    NOT NULL,
    phone      TEXT    NOT NULL,
    updated_us INTEGER NOT NULL
);

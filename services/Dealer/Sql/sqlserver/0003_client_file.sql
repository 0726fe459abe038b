-- The client file: people, records, credit grades and shipping of a partner. Who may see them is asked of the partner.
CREATE TABLE contacts (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    name       NVARCHAR(200) NOT NULL,
    title      NVARCHAR(200) NOT NULL,
    phone      NVARCHAR(200) NOT NULL,
    birthday   DATE NULL,
    is_primary BIGINT NOT NULL,
    consent_us BIGINT NULL,
    remark     NVARCHAR(1000) NOT NULL,
    version    BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL
);
CREATE INDEX ix_contacts_partner ON contacts (partner_id, is_primary, id);
CREATE UNIQUE INDEX ux_contacts_primary ON contacts (partner_id) WHERE is_primary = 1;

CREATE TABLE client_records (
    id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind         NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    occur_date   DATE NOT NULL,
    content      NVARCHAR(4000) NOT NULL,
    product      NVARCHAR(200) NOT NULL,
    quantity     BIGINT NOT NULL,
    amount_fen   BIGINT NOT NULL,
    contact      NVARCHAR(200) NOT NULL,
    satisfaction BIGINT NOT NULL,
    corrects     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    corrected_by NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    author_name  NVARCHAR(200) NOT NULL,
    created_us   BIGINT NOT NULL
);
CREATE INDEX ix_client_records_partner ON client_records (partner_id, occur_date, id);

CREATE TABLE credit_gradings (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    grade       NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    reason      NVARCHAR(1000) NOT NULL,
    author_name NVARCHAR(200) NOT NULL,
    created_us  BIGINT NOT NULL
);
CREATE INDEX ix_credit_gradings_partner ON credit_gradings (partner_id, id);

CREATE TABLE shippings (
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    address    NVARCHAR(400) NOT NULL,
    receiver   NVARCHAR(200) NOT NULL,
    phone      NVARCHAR(200) NOT NULL,
    updated_us BIGINT NOT NULL
);

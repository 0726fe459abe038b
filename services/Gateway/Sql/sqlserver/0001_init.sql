-- Who a user is: a copy of the Dealer's staff, kept true by its events; or the first administrator.
CREATE TABLE persons (
    id                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    organisation_version BIGINT NOT NULL DEFAULT 0,
    is_staff             BIGINT NOT NULL,
    name                 NVARCHAR(200) NOT NULL,
    organisation_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    roles                NVARCHAR(MAX) NOT NULL,
    scope_path           NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    active               BIGINT NOT NULL
);
CREATE INDEX ix_persons_organisation ON persons (organisation_id);

CREATE TABLE users (
    id                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    login              NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    person_id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    password_hash      NVARCHAR(400) NOT NULL,
    password_temporary BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    created_us         BIGINT NOT NULL
);

-- Tokens are stored as SHA-256: who reads the table cannot sign in.
CREATE TABLE sessions (
    token_hash NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    user_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    source     NVARCHAR(100) NOT NULL
);
CREATE INDEX ix_sessions_user ON sessions (user_id);
CREATE INDEX ix_sessions_expires ON sessions (expires_us);

-- Failed sign-ins by login, whether there is such a user or not: both are locked alike.
CREATE TABLE sign_in_failures (
    login           NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    failures        BIGINT NOT NULL,
    locked_until_us BIGINT NOT NULL,
    failed_us       BIGINT NOT NULL
);
CREATE INDEX ix_sign_in_failures_failed ON sign_in_failures (failed_us);

CREATE TABLE signing_keys (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    private_key VARBINARY(MAX) NOT NULL,
    created_us  BIGINT NOT NULL
);

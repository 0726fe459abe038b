-- Who a user is: a copy of the Dealer's staff, kept true by its events; or the first administrator.
CREATE TABLE persons (
    id                   TEXT    NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    organisation_version INTEGER NOT NULL DEFAULT 0,
    is_staff             INTEGER NOT NULL,
    name                 TEXT    NOT NULL,
    organisation_id      TEXT    NOT NULL,
    partner_id           TEXT    NULL,
    roles                TEXT    NOT NULL,
    scope_path           TEXT    NOT NULL,
    assignee_id          TEXT    NULL,
    active               INTEGER NOT NULL
);
CREATE INDEX ix_persons_organisation ON persons (organisation_id);

CREATE TABLE users (
    id                 TEXT    NOT NULL PRIMARY KEY,
    login              TEXT    NOT NULL UNIQUE,
    person_id          TEXT    NOT NULL UNIQUE,
    password_hash      TEXT    NOT NULL,
    password_temporary INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    created_us         INTEGER NOT NULL
);

-- Tokens are stored as SHA-256: who reads the table cannot sign in.
CREATE TABLE sessions (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    user_id    TEXT    NOT NULL,
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    source     TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_sessions_user ON sessions (user_id);
CREATE INDEX ix_sessions_expires ON sessions (expires_us);

-- Failed sign-ins by login, whether there is such a user or not: both are locked alike.
CREATE TABLE sign_in_failures (
    login           TEXT    NOT NULL PRIMARY KEY,
    failures        INTEGER NOT NULL,
    locked_until_us INTEGER NOT NULL,
    failed_us       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_sign_in_failures_failed ON sign_in_failures (failed_us);

CREATE TABLE signing_keys (
    id          TEXT    NOT NULL PRIMARY KEY,
    private_key BLOB    NOT NULL,
    created_us  INTEGER NOT NULL
);

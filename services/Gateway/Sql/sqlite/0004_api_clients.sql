-- Partner systems and other machines; roles between commas: ",dashboard,".
CREATE TABLE api_clients (
    id                  TEXT    NOT NULL PRIMARY KEY,
    display_name        TEXT    NOT NULL,
    organisation_id     TEXT    NOT NULL,
    scope_path          TEXT    NOT NULL,
    assignee_id         TEXT    NULL,
    roles               TEXT    NOT NULL,
    requests_per_second INTEGER NOT NULL,
    disabled            INTEGER NOT NULL,
    version             INTEGER NOT NULL,
    created_us          INTEGER NOT NULL
);

-- Secrets and keys, as SHA-256: who reads the table cannot call with them.
CREATE TABLE api_credentials (
    id           TEXT    NOT NULL PRIMARY KEY,
    client_id    TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    display_name TEXT    NOT NULL,
    prefix       TEXT    NOT NULL,
    hash         TEXT    NOT NULL UNIQUE,
    created_us   INTEGER NOT NULL,
    expires_us   INTEGER NOT NULL,
    last_used_us INTEGER NOT NULL
);
CREATE INDEX ix_api_credentials_client ON api_credentials (client_id, kind, id);

-- Tokens that a secret got; they end with it.
CREATE TABLE api_tokens (
    token_hash    TEXT    NOT NULL PRIMARY KEY,
    credential_id TEXT    NOT NULL,
    roles         TEXT    NOT NULL,
    expires_us    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_api_tokens_credential ON api_tokens (credential_id);
CREATE INDEX ix_api_tokens_expires ON api_tokens (expires_us);

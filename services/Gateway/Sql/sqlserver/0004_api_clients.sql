-- Partner systems and other machines; roles between commas: ",dashboard,".
CREATE TABLE api_clients (
    id                  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    display_name        NVARCHAR(200) NOT NULL,
    organisation_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path          NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    roles               NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    requests_per_second BIGINT NOT NULL,
    disabled            BIGINT NOT NULL,
    version             BIGINT NOT NULL,
    created_us          BIGINT NOT NULL
);

-- Secrets and keys, as SHA-256: who reads the table cannot call with them.
CREATE TABLE api_credentials (
    id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    client_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind         NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    display_name NVARCHAR(200) NOT NULL,
    prefix       NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    hash         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    created_us   BIGINT NOT NULL,
    expires_us   BIGINT NOT NULL,
    last_used_us BIGINT NOT NULL
);
CREATE INDEX ix_api_credentials_client ON api_credentials (client_id, kind, id);

-- Tokens that a secret got; they end with it.
CREATE TABLE api_tokens (
    token_hash    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    credential_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    roles         NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    expires_us    BIGINT NOT NULL
);
CREATE INDEX ix_api_tokens_credential ON api_tokens (credential_id);
CREATE INDEX ix_api_tokens_expires ON api_tokens (expires_us);

-- Sign-ins on their way to the external issuer and back: ten minutes, once. State and browser as SHA-256.
CREATE TABLE issuer_sign_ins (
    state_hash   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    browser_hash NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    nonce        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    verifier     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    return_to    NVARCHAR(1000) NOT NULL,
    expires_us   BIGINT NOT NULL
);
CREATE INDEX ix_issuer_sign_ins_expires ON issuer_sign_ins (expires_us);

-- A session that the issuer vouched for has nothing to do with the user's password here.
ALTER TABLE sessions ADD by_issuer BIGINT NOT NULL DEFAULT 0;

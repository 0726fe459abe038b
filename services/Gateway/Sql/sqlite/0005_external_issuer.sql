-- Sign-ins on their way to the external issuer and back: ten minutes, once. State and browser as SHA-256.
CREATE TABLE issuer_sign_ins (
    state_hash   TEXT    NOT NULL PRIMARY KEY,
    browser_hash TEXT    NOT NULL,
    nonce        TEXT    NOT NULL,
    verifier     TEXT    NOT NULL,
    return_to    TEXT    NOT NULL,
    expires_us   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_issuer_sign_ins_expires ON issuer_sign_ins (expires_us);

-- A session that the issuer vouched for has nothing to do with the user's password here.
ALTER TABLE sessions ADD COLUMN by_issuer INTEGER NOT NULL DEFAULT 0;

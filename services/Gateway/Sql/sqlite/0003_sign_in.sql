-- When a session was last used (to five minutes) and with what.
ALTER TABLE sessions ADD COLUMN last_used_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT '';

-- TOTP: asked for once it is confirmed; a code of last_step or before was used.
CREATE TABLE second_factors (
    user_id      TEXT    NOT NULL PRIMARY KEY,
    secret       BLOB    NOT NULL,
    confirmed_us INTEGER NULL,
    last_step    INTEGER NOT NULL
);

-- As SHA-256; a code that was used is deleted.
CREATE TABLE recovery_codes (
    user_id   TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) WITHOUT ROWID;

-- When a session was last used (to five minutes) and with what.
ALTER TABLE sessions ADD last_used_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD client NVARCHAR(200) NOT NULL DEFAULT '';

-- TOTP: asked for once it is confirmed; a code of last_step or before was used.
CREATE TABLE second_factors (
    user_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    secret       VARBINARY(MAX) NOT NULL,
    confirmed_us BIGINT NULL,
    last_step    BIGINT NOT NULL
);

-- As SHA-256; a code that was used is deleted.
CREATE TABLE recovery_codes (
    user_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    code_hash NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

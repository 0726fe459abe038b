-- What a client may ask for in a day and in a month; 0 is without end.
ALTER TABLE api_clients ADD COLUMN requests_per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_clients ADD COLUMN requests_per_month INTEGER NOT NULL DEFAULT 0;

-- What it has asked for: a row for each day ("2026-11-28") and each month ("2026-11").
CREATE TABLE api_usage (
    client_id TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    used      INTEGER NOT NULL,
    ends_us   INTEGER NOT NULL,
    PRIMARY KEY (client_id, period)
);
CREATE INDEX ix_api_usage_ends ON api_usage (ends_us);

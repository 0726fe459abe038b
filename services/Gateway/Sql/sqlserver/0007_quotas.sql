-- What a client may ask for in a day and in a month; 0 is without end.
ALTER TABLE api_clients ADD requests_per_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE api_clients ADD requests_per_month BIGINT NOT NULL DEFAULT 0;

-- What it has asked for: a row for each day ("2026-11-28") and each month ("2026-11").
CREATE TABLE api_usage (
    client_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period    NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    used      BIGINT NOT NULL,
    ends_us   BIGINT NOT NULL,
    PRIMARY KEY (client_id, period)
);
CREATE INDEX ix_api_usage_ends ON api_usage (ends_us);

-- Merged partners and the ones that stand for them now; empty in services that hold nothing for partners.
CREATE TABLE redirects (
    merged_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    survivor_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    survivor_name    NVARCHAR(200) NOT NULL,
    survivor_version BIGINT NOT NULL,
    scope_path       NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    heard_us         BIGINT NOT NULL,
    due_us           BIGINT NULL
);
CREATE INDEX ix_redirects_due ON redirects (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX ix_redirects_survivor ON redirects (survivor_id);

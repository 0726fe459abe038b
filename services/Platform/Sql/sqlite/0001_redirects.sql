-- Merged partners and the ones that stand for them now; empty in services that hold nothing for partners.
CREATE TABLE redirects (
    merged_id        TEXT    NOT NULL PRIMARY KEY,
    survivor_id      TEXT    NOT NULL,
    survivor_name    TEXT    NOT NULL,
    survivor_version INTEGER NOT NULL,
    scope_path       TEXT    NOT NULL,
    assignee_id      TEXT    NULL,
    heard_us         INTEGER NOT NULL,
    due_us           INTEGER NULL
);
CREATE INDEX ix_redirects_due ON redirects (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX ix_redirects_survivor ON redirects (survivor_id);

-- Calendar feeds 日历订阅: the secret of the address only as its hash; scope and salesperson are the maker's, as they are now.
CREATE TABLE calendar_feeds (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    secret_hash     TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    lecturer_id     TEXT    NULL,
    organisation_id TEXT    NULL,
    target_path     TEXT    NULL,
    maker           TEXT    NOT NULL,
    maker_staff_id  TEXT    NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    read_us         INTEGER NULL,
    created_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_calendar_feeds_secret ON calendar_feeds (secret_hash);
CREATE INDEX ix_calendar_feeds_maker ON calendar_feeds (maker, id);
CREATE INDEX ix_calendar_feeds_staff ON calendar_feeds (maker_staff_id);

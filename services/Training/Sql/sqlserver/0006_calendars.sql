-- Calendar feeds 日历订阅: the secret of the address only as its hash; scope and salesperson are the maker's, as they are now.
CREATE TABLE calendar_feeds (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    secret_hash NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    title NVARCHAR(400) NOT NULL,
    lecturer_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    target_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NULL,
    maker NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    maker_staff_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    read_us BIGINT NULL,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_calendar_feeds_secret ON calendar_feeds (secret_hash);
CREATE INDEX ix_calendar_feeds_maker ON calendar_feeds (maker, id);
CREATE INDEX ix_calendar_feeds_staff ON calendar_feeds (maker_staff_id);

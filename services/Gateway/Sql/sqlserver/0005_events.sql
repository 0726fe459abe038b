-- The event feed: every business event of all services, once, in the order in which it came here.
CREATE TABLE events (
    seq          BIGINT NOT NULL PRIMARY KEY,
    id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    type         NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    aggregate_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version      BIGINT NOT NULL,
    scope_path   NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    occurred_us  BIGINT NOT NULL,
    stored_us    BIGINT NOT NULL,
    body         NVARCHAR(MAX) NOT NULL
);
CREATE INDEX ix_events_scope ON events (scope_path);

-- One row, moved on in the transaction that adds to the feed: numbers become visible in their order.
CREATE TABLE events_head (
    id          BIGINT NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    deleted_seq BIGINT NOT NULL
);
INSERT INTO events_head (id, seq, deleted_seq) VALUES (1, 0, 0);

-- Where each partner stands in the tree and whose it is: what was told of it before goes where it goes.
CREATE TABLE partner_places (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version     BIGINT NOT NULL
);

-- The event feed: every business event of all services, once, in the order in which it came here.
CREATE TABLE events (
    seq          INTEGER NOT NULL PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    type         TEXT    NOT NULL,
    aggregate_id TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    scope_path   TEXT    NOT NULL,
    assignee_id  TEXT    NULL,
    occurred_us  INTEGER NOT NULL,
    stored_us    INTEGER NOT NULL,
    body         TEXT    NOT NULL
);
CREATE INDEX ix_events_scope ON events (scope_path);

-- One row, moved on in the transaction that adds to the feed: numbers become visible in their order.
CREATE TABLE events_head (
    id          INTEGER NOT NULL PRIMARY KEY,
    seq         INTEGER NOT NULL,
    deleted_seq INTEGER NOT NULL
);
INSERT INTO events_head (id, seq, deleted_seq) VALUES (1, 0, 0);

-- Where each partner stands in the tree and whose it is: what was told of it before goes where it goes.
CREATE TABLE partner_places (
    id          TEXT    NOT NULL PRIMARY KEY,
    scope_path  TEXT    NOT NULL,
    assignee_id TEXT    NULL,
    version     INTEGER NOT NULL
);

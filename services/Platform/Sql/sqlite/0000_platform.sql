-- What every service's database holds for the platform: outbox and event log, inbox, requests, audit, operations.
CREATE TABLE outbox (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT    NOT NULL UNIQUE,
    type           TEXT    NOT NULL,
    aggregate_id   TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    scope_path     TEXT    NOT NULL,
    assignee_id    TEXT    NULL,
    occurred_us    INTEGER NOT NULL,
    traceparent    TEXT    NULL,
    body           TEXT    NOT NULL,
    attempts       INTEGER NOT NULL DEFAULT 0,
    due_us         INTEGER NOT NULL,
    lease_owner    TEXT    NULL,
    lease_until_us INTEGER NOT NULL DEFAULT 0,
    delivered_us   INTEGER NULL,
    log_seq        INTEGER NULL
);
CREATE INDEX ix_outbox_due ON outbox (due_us) WHERE delivered_us IS NULL;
CREATE INDEX ix_outbox_log ON outbox (log_seq) WHERE log_seq IS NOT NULL;

-- The event log's order: one row, moved on in the transaction that marks events delivered.
CREATE TABLE event_log_head (
    id  INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
);
INSERT INTO event_log_head (id, seq) VALUES (1, 0);

CREATE TABLE inbox (
    message_id  TEXT    NOT NULL,
    consumer    TEXT    NOT NULL,
    received_us INTEGER NOT NULL,
    PRIMARY KEY (message_id, consumer)
) WITHOUT ROWID;
CREATE INDEX ix_inbox_received ON inbox (received_us);

CREATE TABLE inbox_retry (
    message_id     TEXT    NOT NULL,
    consumer       TEXT    NOT NULL,
    type           TEXT    NOT NULL,
    body           TEXT    NOT NULL,
    traceparent    TEXT    NULL,
    received_us    INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    due_us         INTEGER NOT NULL,
    lease_until_us INTEGER NOT NULL DEFAULT 0,
    parked         INTEGER NOT NULL DEFAULT 0,
    last_error     TEXT    NOT NULL,
    PRIMARY KEY (message_id, consumer)
);
CREATE INDEX ix_inbox_retry_due ON inbox_retry (parked, due_us);

CREATE TABLE requests (
    request_key TEXT    NOT NULL PRIMARY KEY,
    body_hash   TEXT    NOT NULL,
    reply       BLOB    NOT NULL,
    created_us  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_requests_created ON requests (created_us);

CREATE TABLE audit (
    id          TEXT    NOT NULL PRIMARY KEY,
    at_us       INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    actor_name  TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    resource    TEXT    NOT NULL,
    scope_path  TEXT    NOT NULL,
    assignee_id TEXT    NULL,
    detail      TEXT    NOT NULL,
    source      TEXT    NOT NULL
);
CREATE INDEX ix_audit_resource ON audit (resource, id);

CREATE TABLE operations (
    id               TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,
    owner            TEXT    NOT NULL,
    caller           TEXT    NOT NULL,
    argument         BLOB    NOT NULL,
    done             INTEGER NOT NULL,
    progress_done    INTEGER NOT NULL,
    progress_total   INTEGER NOT NULL,
    error            BLOB    NULL,
    result           TEXT    NULL,
    created_us       INTEGER NOT NULL,
    updated_us       INTEGER NOT NULL,
    lease_until_us   INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL
);
CREATE INDEX ix_operations_due ON operations (lease_until_us) WHERE done = 0;
CREATE INDEX ix_operations_owner ON operations (owner, id);

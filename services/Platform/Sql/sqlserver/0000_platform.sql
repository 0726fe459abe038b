-- What every service's database holds for the platform: outbox and event log, inbox, requests, audit, operations.
CREATE TABLE outbox (
    seq            BIGINT IDENTITY(1,1) NOT NULL PRIMARY KEY,
    id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    type           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    aggregate_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version        BIGINT NOT NULL,
    scope_path     NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    occurred_us    BIGINT NOT NULL,
    traceparent    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    body           NVARCHAR(MAX) NOT NULL,
    attempts       BIGINT NOT NULL DEFAULT 0,
    due_us         BIGINT NOT NULL,
    lease_owner    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    lease_until_us BIGINT NOT NULL DEFAULT 0,
    delivered_us   BIGINT NULL,
    log_seq        BIGINT NULL
);
CREATE INDEX ix_outbox_due ON outbox (due_us) WHERE delivered_us IS NULL;
CREATE INDEX ix_outbox_log ON outbox (log_seq) WHERE log_seq IS NOT NULL;

-- The event log's order: one row, moved on in the transaction that marks events delivered.
CREATE TABLE event_log_head (
    id  BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL
);
INSERT INTO event_log_head (id, seq) VALUES (1, 0);

CREATE TABLE inbox (
    message_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (message_id, consumer)
);
CREATE INDEX ix_inbox_received ON inbox (received_us);

CREATE TABLE inbox_retry (
    message_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    type           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    body           NVARCHAR(MAX) NOT NULL,
    traceparent    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    received_us    BIGINT NOT NULL,
    attempts       BIGINT NOT NULL,
    due_us         BIGINT NOT NULL,
    lease_until_us BIGINT NOT NULL DEFAULT 0,
    parked         BIGINT NOT NULL DEFAULT 0,
    last_error     NVARCHAR(MAX) NOT NULL,
    PRIMARY KEY (message_id, consumer)
);
CREATE INDEX ix_inbox_retry_due ON inbox_retry (parked, due_us);

CREATE TABLE requests (
    request_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT pk_requests PRIMARY KEY,
    body_hash   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    reply       VARBINARY(MAX) NOT NULL,
    created_us  BIGINT NOT NULL
);
CREATE INDEX ix_requests_created ON requests (created_us);

CREATE TABLE audit (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    at_us       BIGINT NOT NULL,
    actor       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    actor_name  NVARCHAR(200) NOT NULL,
    action      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    resource    NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    detail      NVARCHAR(MAX) NOT NULL,
    source      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL
);
CREATE INDEX ix_audit_resource ON audit (resource, id);

CREATE TABLE operations (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    kind             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    owner            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    caller           NVARCHAR(MAX) NOT NULL,
    argument         VARBINARY(MAX) NOT NULL,
    done             BIGINT NOT NULL,
    progress_done    BIGINT NOT NULL,
    progress_total   BIGINT NOT NULL,
    error            VARBINARY(MAX) NULL,
    result           NVARCHAR(MAX) NULL,
    created_us       BIGINT NOT NULL,
    updated_us       BIGINT NOT NULL,
    lease_until_us   BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL
);
CREATE INDEX ix_operations_due ON operations (lease_until_us) WHERE done = 0;
CREATE INDEX ix_operations_owner ON operations (owner, id);

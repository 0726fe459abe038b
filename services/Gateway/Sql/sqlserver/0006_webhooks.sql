-- Addresses that events are sent to.
CREATE TABLE webhook_endpoints (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    display_name     NVARCHAR(100) NOT NULL,
    url              NVARCHAR(2000) NOT NULL,
    types            NVARCHAR(MAX) NOT NULL,
    organisation_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path       NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    owner_id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state            NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    pause_reason     NVARCHAR(50) NOT NULL,
    seq              BIGINT NOT NULL,
    failing_since_us BIGINT NULL,
    version          BIGINT NOT NULL,
    created_us       BIGINT NOT NULL
);
CREATE INDEX ix_webhook_endpoints_owner ON webhook_endpoints (owner_id);

-- What signs must be known as it is: like the signing keys, they are for the database's owner only.
CREATE TABLE webhook_secrets (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    endpoint_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    secret      NVARCHAR(200) NOT NULL,
    expires_us  BIGINT NULL
);
CREATE INDEX ix_webhook_secrets_endpoint ON webhook_secrets (endpoint_id);

-- One event for one address.
CREATE TABLE webhook_deliveries (
    id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    endpoint_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    event_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    seq            BIGINT NOT NULL,
    type           NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    state          NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    attempts       BIGINT NOT NULL,
    first_us       BIGINT NULL,
    due_us         BIGINT NOT NULL,
    lease_until_us BIGINT NOT NULL,
    created_us     BIGINT NOT NULL,
    attempted_us   BIGINT NULL,
    status_code    BIGINT NOT NULL,
    duration_ms    BIGINT NOT NULL,
    error          NVARCHAR(100) NOT NULL,
    response       NVARCHAR(2000) NOT NULL
);
CREATE UNIQUE INDEX ux_webhook_deliveries_event ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX ix_webhook_deliveries_page ON webhook_deliveries (endpoint_id, id);
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_us) WHERE state = 'pending';
CREATE INDEX ix_webhook_deliveries_created ON webhook_deliveries (created_us);

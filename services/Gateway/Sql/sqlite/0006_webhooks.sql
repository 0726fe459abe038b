-- Addresses that events are sent to.
CREATE TABLE webhook_endpoints (
    id               TEXT    NOT NULL PRIMARY KEY,
    display_name     TEXT    NOT NULL,
    url              TEXT    NOT NULL,
    types            TEXT    NOT NULL,
    organisation_id  TEXT    NULL,
    scope_path       TEXT    NOT NULL,
    assignee_id      TEXT    NULL,
    owner_id         TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    pause_reason     TEXT    NOT NULL,
    seq              INTEGER NOT NULL,
    failing_since_us INTEGER NULL,
    version          INTEGER NOT NULL,
    created_us       INTEGER NOT NULL
);
CREATE INDEX ix_webhook_endpoints_owner ON webhook_endpoints (owner_id);

-- What signs must be known as it is: like the signing keys, they are for the database's owner only.
CREATE TABLE webhook_secrets (
    id          TEXT    NOT NULL PRIMARY KEY,
    endpoint_id TEXT    NOT NULL,
    secret      TEXT    NOT NULL,
    expires_us  INTEGER NULL
);
CREATE INDEX ix_webhook_secrets_endpoint ON webhook_secrets (endpoint_id);

-- One event for one address.
CREATE TABLE webhook_deliveries (
    id             TEXT    NOT NULL PRIMARY KEY,
    endpoint_id    TEXT    NOT NULL,
    event_id       TEXT    NOT NULL,
    seq            INTEGER NOT NULL,
    type           TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    attempts       INTEGER NOT NULL,
    first_us       INTEGER NULL,
    due_us         INTEGER NOT NULL,
    lease_until_us INTEGER NOT NULL,
    created_us     INTEGER NOT NULL,
    attempted_us   INTEGER NULL,
    status_code    INTEGER NOT NULL,
    duration_ms    INTEGER NOT NULL,
    error          TEXT    NOT NULL,
    response       TEXT    NOT NULL
);
CREATE UNIQUE INDEX ux_webhook_deliveries_event ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX ix_webhook_deliveries_page ON webhook_deliveries (endpoint_id, id);
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_us) WHERE state = 'pending';
CREATE INDEX ix_webhook_deliveries_created ON webhook_deliveries (created_us);

-- The partners of each action on many, and of each leaver's handover, and what came of them.
CREATE TABLE bulk_items (
    operation_id TEXT NOT NULL,
    partner_id   TEXT NOT NULL,
    target       TEXT NOT NULL,
    state        TEXT NOT NULL,
    partner_name TEXT NOT NULL,
    reason       TEXT NOT NULL,
    message_zh   TEXT NOT NULL,
    message_en   TEXT NOT NULL,
    PRIMARY KEY (operation_id, partner_id)
);
CREATE INDEX ix_bulk_items_state ON bulk_items (operation_id, state);
CREATE INDEX ix_partners_parent ON partners (parent_id);

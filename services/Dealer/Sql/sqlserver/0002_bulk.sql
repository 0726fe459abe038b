-- The partners of each action on many, and of each leaver's handover, and what came of them.
CREATE TABLE bulk_items (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    target       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_name NVARCHAR(200) NOT NULL,
    reason       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    message_zh   NVARCHAR(1000) NOT NULL,
    message_en   NVARCHAR(1000) NOT NULL,
    PRIMARY KEY (operation_id, partner_id)
);
CREATE INDEX ix_bulk_items_state ON bulk_items (operation_id, state);
CREATE INDEX ix_partners_parent ON partners (parent_id);

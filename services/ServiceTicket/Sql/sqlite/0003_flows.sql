-- How tickets go from hand to hand 流转, come back, and come from each other.
ALTER TABLE tickets ADD COLUMN step TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN step_since_us INTEGER NULL;
ALTER TABLE tickets ADD COLUMN hand_offs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN serial_numbers TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN erp_number TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN factory_waybill TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN reship_waybill TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN department TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN reward TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN warranty TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN warranty_agreement TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN warranty_until TEXT NULL;
ALTER TABLE tickets ADD COLUMN warranty_us INTEGER NULL;
ALTER TABLE tickets ADD COLUMN linked_id TEXT NULL;
ALTER TABLE tickets ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN merged_into TEXT NULL;
ALTER TABLE tickets ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN round_from_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN earlier_breached INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN follow_up_due TEXT NULL;
ALTER TABLE tickets ADD COLUMN follow_up_owner_id TEXT NULL;
ALTER TABLE tickets ADD COLUMN phone_digits TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN queue_id TEXT NULL;
ALTER TABLE tickets ADD COLUMN skill TEXT NOT NULL DEFAULT '';
UPDATE tickets SET
    round_from_us = opened_us, step_since_us = COALESCE(resolved_us, opened_us), phone_digits = SUBSTRING(REPLACE(REPLACE(reporter_phone, '-', ''), ' ', ''), 1, 50),
    step = CASE
        WHEN state IN ('resolved', 'closed') THEN 'done'
        WHEN kind IN ('consultation', 'suggestion') THEN 'answer'
        WHEN kind = 'complaint' THEN 'soothing'
        ELSE 'confirmation'
    END;

-- The work list of one person, of one queue, of one partner: each in the order of what is due.
CREATE INDEX ix_tickets_handler_due ON tickets (handler_id, next_due_us, id);
CREATE INDEX ix_tickets_queue_due ON tickets (queue_id, next_due_us, id);
CREATE INDEX ix_tickets_partner_due ON tickets (partner_id, next_due_us, id);
CREATE INDEX ix_tickets_phone ON tickets (phone_digits);
CREATE INDEX ix_tickets_linked ON tickets (linked_id) WHERE linked_id IS NOT NULL;
CREATE INDEX ix_tickets_follow_up ON tickets (follow_up_due, id) WHERE follow_up_due IS NOT NULL;
DROP INDEX ix_tickets_partner;

-- Rounds that are over: each ended with a reopening.
CREATE TABLE ticket_rounds (
    ticket_id           TEXT NOT NULL,
    round               INTEGER NOT NULL,
    from_us             INTEGER NOT NULL,
    resolved_us         INTEGER NULL,
    closed_us           INTEGER NULL,
    resolution_minutes  INTEGER NOT NULL,
    resolution_breached INTEGER NOT NULL,
    result              TEXT NOT NULL,
    satisfaction        INTEGER NULL,
    PRIMARY KEY (ticket_id, round)
) WITHOUT ROWID;

-- Who had a ticket how long; the version is the ticket's that the hand-off made.
CREATE TABLE ticket_hand_offs (
    ticket_id  TEXT NOT NULL,
    version    INTEGER NOT NULL,
    from_step  TEXT NOT NULL,
    move       TEXT NOT NULL,
    to_step    TEXT NOT NULL,
    from_us    INTEGER NOT NULL,
    until_us   INTEGER NOT NULL,
    minutes    INTEGER NOT NULL,
    actor_name TEXT NOT NULL,
    note       TEXT NOT NULL,
    reference  TEXT NOT NULL,
    PRIMARY KEY (ticket_id, version)
) WITHOUT ROWID;

-- The devices that tickets are about, by serial number.
CREATE TABLE ticket_devices (
    serial_number TEXT NOT NULL,
    ticket_id     TEXT NOT NULL,
    PRIMARY KEY (serial_number, ticket_id)
) WITHOUT ROWID;

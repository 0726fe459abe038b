-- How tickets go from hand to hand 流转, come back, and come from each other.
ALTER TABLE tickets ADD step NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD step_since_us BIGINT NULL;
ALTER TABLE tickets ADD hand_offs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD serial_numbers NVARCHAR(4000) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD erp_number NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD factory_waybill NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD reship_waybill NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD department NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD decision NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD reward NVARCHAR(2000) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD warranty NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD warranty_agreement NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE tickets ADD warranty_until DATE NULL;
ALTER TABLE tickets ADD warranty_us BIGINT NULL;
ALTER TABLE tickets ADD linked_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE tickets ADD link NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD merged_into NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE tickets ADD round BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD round_from_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD earlier_breached BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD follow_up_due DATE NULL;
ALTER TABLE tickets ADD follow_up_owner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE tickets ADD phone_digits NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD queue_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE tickets ADD skill NVARCHAR(400) NOT NULL DEFAULT '';
GO
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
DROP INDEX ix_tickets_partner ON tickets;

-- Rounds that are over: each ended with a reopening.
CREATE TABLE ticket_rounds (
    ticket_id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    round               BIGINT NOT NULL,
    from_us             BIGINT NOT NULL,
    resolved_us         BIGINT NULL,
    closed_us           BIGINT NULL,
    resolution_minutes  BIGINT NOT NULL,
    resolution_breached BIGINT NOT NULL,
    result              NVARCHAR(MAX) NOT NULL,
    satisfaction        BIGINT NULL,
    PRIMARY KEY (ticket_id, round)
);

-- Who had a ticket how long; the version is the ticket's that the hand-off made.
CREATE TABLE ticket_hand_offs (
    ticket_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL,
    from_step  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    move       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    to_step    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    from_us    BIGINT NOT NULL,
    until_us   BIGINT NOT NULL,
    minutes    BIGINT NOT NULL,
    actor_name NVARCHAR(400) NOT NULL,
    note       NVARCHAR(2000) NOT NULL,
    reference  NVARCHAR(400) NOT NULL,
    PRIMARY KEY (ticket_id, version)
);

-- The devices that tickets are about, by serial number.
CREATE TABLE ticket_devices (
    serial_number NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ticket_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (serial_number, ticket_id)
);

-- How many tickets are not finished is counted every minute; most are.
CREATE INDEX ix_tickets_unfinished ON tickets (partner_id) WHERE state <> 'closed' AND state <> 'resolved';

-- A merged partner's rows are found by the partner.
CREATE INDEX ix_visits_partner ON visits (partner_id);
CREATE INDEX ix_training_requests_partner ON training_requests (partner_id);
CREATE INDEX ix_trainings_partner ON trainings (partner_id);
CREATE INDEX ix_tickets_partner ON tickets (partner_id);
CREATE INDEX ix_territories_partner ON territories (partner_id);

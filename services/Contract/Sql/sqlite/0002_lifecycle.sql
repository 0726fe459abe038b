-- What becomes of an agreement besides its review: reported 报备, filed 归档, amended 变更, renewed 续签, reminded 到期提醒.
-- next_alert: the day on which the clock looks at it next; agreements from before are looked at at once.
ALTER TABLE agreements ADD COLUMN partner_level TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN reported_us INTEGER NULL;
ALTER TABLE agreements ADD COLUMN reporter_name TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN filed_us INTEGER NULL;
ALTER TABLE agreements ADD COLUMN archive_number TEXT NULL;
ALTER TABLE agreements ADD COLUMN archive_box TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN amends_id TEXT NULL;
ALTER TABLE agreements ADD COLUMN renews_id TEXT NULL;
ALTER TABLE agreements ADD COLUMN superseded_by TEXT NULL;
ALTER TABLE agreements ADD COLUMN superseded_from TEXT NULL;
ALTER TABLE agreements ADD COLUMN renewed_by TEXT NULL;
ALTER TABLE agreements ADD COLUMN alerted_lead INTEGER NULL;
ALTER TABLE agreements ADD COLUMN next_alert TEXT NOT NULL DEFAULT '2000-01-01';
CREATE UNIQUE INDEX ux_agreements_archive ON agreements (organisation_id, archive_number) WHERE archive_number IS NOT NULL;
CREATE INDEX ix_agreements_amends ON agreements (amends_id) WHERE amends_id IS NOT NULL;
CREATE INDEX ix_agreements_renews ON agreements (renews_id) WHERE renews_id IS NOT NULL;
CREATE INDEX ix_agreements_superseded ON agreements (superseded_from) WHERE superseded_from IS NOT NULL;
CREATE INDEX ix_agreements_in_effect ON agreements (effective_to, id) WHERE state IN ('active', 'expiring');
CREATE INDEX ix_agreements_alert ON agreements (next_alert) WHERE state IN ('active', 'expiring');

-- Who signs what: kind, '.', the partner's level or 'any'; roles with commas between.
CREATE TABLE signing_authorities (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    roles      TEXT    NOT NULL,
    updated_us INTEGER NOT NULL
);
INSERT INTO signing_authorities (id, version, roles, updated_us) VALUES
    ('city-agent.any', 1, 'hq-marketing', 0),
    ('terminal.any', 1, 'centre-general-manager,sales-manager', 0),
    ('sales.any', 1, 'centre-general-manager,sales-manager', 0);

-- What becomes of an agreement besides its review: reported 报备, filed 归档, amended 变更, renewed 续签, reminded 到期提醒.
-- next_alert: the day on which the clock looks at it next; agreements from before are looked at at once.
ALTER TABLE agreements ADD partner_level NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE agreements ADD reported_us BIGINT NULL;
ALTER TABLE agreements ADD reporter_name NVARCHAR(400) NOT NULL DEFAULT '';
ALTER TABLE agreements ADD filed_us BIGINT NULL;
ALTER TABLE agreements ADD archive_number NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE agreements ADD archive_box NVARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE agreements ADD amends_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE agreements ADD renews_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE agreements ADD superseded_by NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE agreements ADD superseded_from DATE NULL;
ALTER TABLE agreements ADD renewed_by NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE agreements ADD alerted_lead BIGINT NULL;
ALTER TABLE agreements ADD next_alert DATE NOT NULL DEFAULT '2000-01-01';
CREATE UNIQUE INDEX ux_agreements_archive ON agreements (organisation_id, archive_number) WHERE archive_number IS NOT NULL;
CREATE INDEX ix_agreements_amends ON agreements (amends_id) WHERE amends_id IS NOT NULL;
CREATE INDEX ix_agreements_renews ON agreements (renews_id) WHERE renews_id IS NOT NULL;
CREATE INDEX ix_agreements_superseded ON agreements (superseded_from) WHERE superseded_from IS NOT NULL;
CREATE INDEX ix_agreements_in_effect ON agreements (effective_to, id) WHERE state IN ('active', 'expiring');
CREATE INDEX ix_agreements_alert ON agreements (next_alert) WHERE state IN ('active', 'expiring');

-- Who signs what: kind, '.', the partner's level or 'any'; roles with commas between.
CREATE TABLE signing_authorities (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    roles      NVARCHAR(400) NOT NULL,
    updated_us BIGINT NOT NULL
);
INSERT INTO signing_authorities (id, version, roles, updated_us) VALUES
    ('city-agent.any', 1, 'hq-marketing', 0),
    ('terminal.any', 1, 'centre-general-manager,sales-manager', 0),
    ('sales.any', 1, 'centre-general-manager,sales-manager', 0);

-- From when to when an agent held a city and why it ended; as many agents to a city as its organisation's rules allow.
ALTER TABLE territories ADD slot BIGINT NOT NULL DEFAULT 1;
ALTER TABLE territories ADD held_from_us BIGINT NULL;
ALTER TABLE territories ADD held_to_us BIGINT NULL;
ALTER TABLE territories ADD end_reason NVARCHAR(1000) NOT NULL DEFAULT '';
ALTER TABLE territory_conflicts ADD ruling NVARCHAR(1000) NOT NULL DEFAULT '';
CREATE INDEX ix_territories_city ON territories (city_code, id);
DROP INDEX ux_territories_live ON territories;

-- An organisation's own rules; one that has none follows the organisation above it.
CREATE TABLE network_policies (
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    body            VARBINARY(MAX) NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);

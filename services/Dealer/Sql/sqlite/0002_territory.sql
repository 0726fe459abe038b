-- From when to when an agent held a city and why it ended; as many agents to a city as its organisation's rules allow.
ALTER TABLE territories ADD COLUMN slot INTEGER NOT NULL DEFAULT 1;
ALTER TABLE territories ADD COLUMN held_from_us INTEGER NULL;
ALTER TABLE territories ADD COLUMN held_to_us INTEGER NULL;
ALTER TABLE territories ADD COLUMN end_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE territory_conflicts ADD COLUMN ruling TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_territories_city ON territories (city_code, id);
DROP INDEX ux_territories_live;

-- An organisation's own rules; one that has none follows the organisation above it.
CREATE TABLE network_policies (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    scope_path      TEXT NOT NULL,
    body            BLOB NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);

-- Organisations are moved and closed; people leave, and work in departments.
ALTER TABLE organisations ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
CREATE INDEX ix_organisations_parent ON organisations (parent_id);

ALTER TABLE staff ADD COLUMN department_id TEXT NULL;
ALTER TABLE staff ADD COLUMN left_date TEXT NULL;
ALTER TABLE staff ADD COLUMN leave_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_staff_organisation ON staff (organisation_id);

-- One row: whoever changes the tree's shape writes it first, so that they do it one after the other.
CREATE TABLE organisation_tree (
    id      INTEGER NOT NULL PRIMARY KEY,
    changes INTEGER NOT NULL
);
INSERT INTO organisation_tree (id, changes) VALUES (1, 0);

-- This service decides where organisations stand.
INSERT INTO places (id, scope_path, version) SELECT id, scope_path, version FROM organisations;

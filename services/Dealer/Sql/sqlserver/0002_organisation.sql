-- Organisations are moved and closed; people leave, and work in departments.
ALTER TABLE organisations ADD state NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT 'active';
CREATE INDEX ix_organisations_parent ON organisations (parent_id);

ALTER TABLE staff ADD department_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE staff ADD left_date DATE NULL;
ALTER TABLE staff ADD leave_reason NVARCHAR(1000) NOT NULL DEFAULT '';
CREATE INDEX ix_staff_organisation ON staff (organisation_id);

-- One row: whoever changes the tree's shape writes it first, so that they do it one after the other.
CREATE TABLE organisation_tree (
    id      BIGINT NOT NULL PRIMARY KEY,
    changes BIGINT NOT NULL
);
INSERT INTO organisation_tree (id, changes) VALUES (1, 0);

-- This service decides where organisations stand.
INSERT INTO places (id, scope_path, version) SELECT id, scope_path, version FROM organisations;

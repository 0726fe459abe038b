-- 计划分解表: of a centre for a month (parent_id NULL), of a manager, of a salesperson. place_key says what there is one of:
-- organisation and month, or the one above and who carries it out. assignee_id is set for a salesperson's own.
CREATE TABLE decompositions (
    id                    TEXT    NOT NULL PRIMARY KEY,
    place_key             TEXT    NOT NULL UNIQUE,
    parent_id             TEXT    NULL,
    level                 TEXT    NOT NULL,
    organisation_id       TEXT    NOT NULL,
    month                 TEXT    NOT NULL,
    implementer_id        TEXT    NOT NULL,
    implementer_name      TEXT    NOT NULL,
    assignee_id           TEXT    NULL,
    state                 TEXT    NOT NULL,
    issuer_name           TEXT    NOT NULL,
    issued_us             INTEGER NULL,
    plan_shortfall_reason TEXT    NOT NULL,
    shortfall_reason      TEXT    NOT NULL,
    created_us            INTEGER NOT NULL,
    updated_us            INTEGER NOT NULL,
    version               INTEGER NOT NULL
);
CREATE INDEX ix_decompositions_parent ON decompositions (parent_id);
CREATE INDEX ix_decompositions_month ON decompositions (month, organisation_id);
CREATE INDEX ix_decompositions_implementer ON decompositions (implementer_id, month);

CREATE TABLE decomposition_stages (
    decomposition_id TEXT    NOT NULL,
    ordinal          INTEGER NOT NULL,
    kind             TEXT    NOT NULL,
    due_date         TEXT    NULL,
    content          TEXT    NOT NULL,
    agents           INTEGER NOT NULL,
    terminals        INTEGER NOT NULL,
    PRIMARY KEY (decomposition_id, ordinal)
) WITHOUT ROWID;

-- What was issued, and what each adjustment made of it; stages as JSON.
CREATE TABLE decomposition_revisions (
    id               TEXT    NOT NULL PRIMARY KEY,
    decomposition_id TEXT    NOT NULL,
    stages           TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    shortfall_reason TEXT    NOT NULL,
    editor_name      TEXT    NOT NULL,
    created_us       INTEGER NOT NULL
);
CREATE INDEX ix_decomposition_revisions_of ON decomposition_revisions (decomposition_id, id);

-- 拓展进度表 as submitted; the figures as JSON, frozen.
CREATE TABLE progress_reports (
    id               TEXT    NOT NULL PRIMARY KEY,
    decomposition_id TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    period           TEXT    NOT NULL,
    body             TEXT    NOT NULL,
    submitter_name   TEXT    NOT NULL,
    created_us       INTEGER NOT NULL
);
CREATE INDEX ix_progress_reports_of ON progress_reports (decomposition_id, id);

-- Fulfilled by the forms themselves, no longer by hand; what was made of these duties before stays as it was made.
UPDATE obligation_rules SET fulfilment = 'decomposition-issued', version = version + 1 WHERE code = 'plan-decomposition' AND fulfilment = 'manual';
UPDATE obligation_rules SET fulfilment = 'progress-submitted', version = version + 1 WHERE code = 'expansion-progress' AND fulfilment = 'manual';
UPDATE obligation_rules SET fulfilment = 'attainment-submitted', version = version + 1 WHERE code = 'attainment' AND fulfilment = 'manual';

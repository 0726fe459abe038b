-- 计划分解表: of a centre for a month (parent_id NULL), of a manager, of a salesperson. place_key says what there is one of:
-- organisation and month, or the one above and who carries it out. assignee_id is set for a salesperson's own.
CREATE TABLE decompositions (
    id                    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    place_key             NVARCHAR(250) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    parent_id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    level                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    month                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    implementer_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    implementer_name      NVARCHAR(200) NOT NULL,
    assignee_id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    state                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    issuer_name           NVARCHAR(200) NOT NULL,
    issued_us             BIGINT NULL,
    plan_shortfall_reason NVARCHAR(1000) NOT NULL,
    shortfall_reason      NVARCHAR(1000) NOT NULL,
    created_us            BIGINT NOT NULL,
    updated_us            BIGINT NOT NULL,
    version               BIGINT NOT NULL
);
CREATE INDEX ix_decompositions_parent ON decompositions (parent_id);
CREATE INDEX ix_decompositions_month ON decompositions (month, organisation_id);
CREATE INDEX ix_decompositions_implementer ON decompositions (implementer_id, month);

CREATE TABLE decomposition_stages (
    decomposition_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal          BIGINT NOT NULL,
    kind             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    due_date         DATE NULL,
    content          NVARCHAR(1000) NOT NULL,
    agents           BIGINT NOT NULL,
    terminals        BIGINT NOT NULL,
    PRIMARY KEY (decomposition_id, ordinal)
);

-- What was issued, and what each adjustment made of it; stages as JSON.
CREATE TABLE decomposition_revisions (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    decomposition_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    stages           NVARCHAR(MAX) NOT NULL,
    reason           NVARCHAR(1000) NOT NULL,
    shortfall_reason NVARCHAR(1000) NOT NULL,
    editor_name      NVARCHAR(200) NOT NULL,
    created_us       BIGINT NOT NULL
);
CREATE INDEX ix_decomposition_revisions_of ON decomposition_revisions (decomposition_id, id);

-- 拓展进度表 as submitted; the figures as JSON, frozen.
CREATE TABLE progress_reports (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    decomposition_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    body             NVARCHAR(MAX) NOT NULL,
    submitter_name   NVARCHAR(200) NOT NULL,
    created_us       BIGINT NOT NULL
);
CREATE INDEX ix_progress_reports_of ON progress_reports (decomposition_id, id);

-- Fulfilled by the forms themselves, no longer by hand; what was made of these duties before stays as it was made.
UPDATE obligation_rules SET fulfilment = 'decomposition-issued', version = version + 1 WHERE code = 'plan-decomposition' AND fulfilment = 'manual';
UPDATE obligation_rules SET fulfilment = 'progress-submitted', version = version + 1 WHERE code = 'expansion-progress' AND fulfilment = 'manual';
UPDATE obligation_rules SET fulfilment = 'attainment-submitted', version = version + 1 WHERE code = 'attainment' AND fulfilment = 'manual';

-- 考评模板: each version as JSON; the row points to the newest.
CREATE TABLE evaluation_templates (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    cycle      TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    active     INTEGER NOT NULL,
    definition TEXT    NOT NULL,
    version    INTEGER NOT NULL
);
CREATE TABLE evaluation_template_versions (
    template_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    definition  TEXT    NOT NULL,
    editor_name TEXT    NOT NULL,
    created_us  INTEGER NOT NULL,
    PRIMARY KEY (template_id, version)
) WITHOUT ROWID;

-- 考评: the template's version is copied into it. figures is the counted part as it was published, empty before. place_key says
-- what there is one of: template, person and period. total is in hundredths.
CREATE TABLE evaluations (
    id                 TEXT    NOT NULL PRIMARY KEY,
    place_key          TEXT    NOT NULL UNIQUE,
    template_id        TEXT    NOT NULL,
    template_version   INTEGER NOT NULL,
    definition         TEXT    NOT NULL,
    cycle              TEXT    NOT NULL,
    period             TEXT    NOT NULL,
    start_date         TEXT    NOT NULL,
    subject_id         TEXT    NOT NULL,
    subject_name       TEXT    NOT NULL,
    subject_rank       INTEGER NOT NULL,
    organisation_id    TEXT    NOT NULL,
    state              TEXT    NOT NULL,
    figures            TEXT    NOT NULL,
    total              INTEGER NOT NULL,
    calibration        INTEGER NOT NULL,
    calibration_reason TEXT    NOT NULL,
    appeal_reason      TEXT    NOT NULL,
    appeal_decision    TEXT    NOT NULL,
    award              TEXT    NOT NULL,
    publisher_id       TEXT    NULL,
    publisher_name     TEXT    NOT NULL,
    published_us       INTEGER NULL,
    created_us         INTEGER NOT NULL,
    version            INTEGER NOT NULL
);
CREATE INDEX ix_evaluations_ranking ON evaluations (template_id, period, total);
CREATE INDEX ix_evaluations_subject ON evaluations (subject_id, start_date);

CREATE TABLE evaluation_scores (
    evaluation_id TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    scorer_id     TEXT    NOT NULL,
    scorer_name   TEXT    NOT NULL,
    score         INTEGER NOT NULL,
    comment       TEXT    NOT NULL,
    created_us    INTEGER NOT NULL,
    PRIMARY KEY (evaluation_id, kind, scorer_id)
) WITHOUT ROWID;

-- The manuals name the indicators and leave weights and formulas open: a default that HQ changes.
INSERT INTO evaluation_templates (id, name, cycle, role, active, definition, version) VALUES
('sales-monthly', '销售人员月度考评', 'monthly', 'salesperson', 1, '{"indicators":[{"displayName":"计划达成率","weight":40,"formula":"min(100, plan_attainment * 100)"},{"displayName":"产品销量增长","weight":20,"formula":"60 + growth * 100"},{"displayName":"拜访","weight":15,"formula":"100 * visits / (visits + visits_missed)"},{"displayName":"客户满意度","weight":15,"formula":"satisfaction * 20"},{"displayName":"报送及时率","weight":10,"formula":"timeliness * 100"}],"weights":[{"kind":"SCORE_KIND_COMPUTED","weight":60},{"kind":"SCORE_KIND_SELF","weight":5},{"kind":"SCORE_KIND_SUPERIOR","weight":20},{"kind":"SCORE_KIND_PEER","weight":5},{"kind":"SCORE_KIND_CLIENT","weight":10}]}', 1);
INSERT INTO evaluation_template_versions (template_id, version, definition, editor_name, created_us)
SELECT id, version, definition, '', 0 FROM evaluation_templates;

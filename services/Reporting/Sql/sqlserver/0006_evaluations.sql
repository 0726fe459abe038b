-- 考评模板: each version as JSON; the row points to the newest.
CREATE TABLE evaluation_templates (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name       NVARCHAR(200) NOT NULL,
    cycle      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    role       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    active     BIGINT NOT NULL,
    definition NVARCHAR(MAX) NOT NULL,
    version    BIGINT NOT NULL
);
CREATE TABLE evaluation_template_versions (
    template_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version     BIGINT NOT NULL,
    definition  NVARCHAR(MAX) NOT NULL,
    editor_name NVARCHAR(200) NOT NULL,
    created_us  BIGINT NOT NULL,
    PRIMARY KEY (template_id, version)
);

-- 考评: the template's version is copied into it. figures is the counted part as it was published, empty before. place_key says
-- what there is one of: template, person and period. total is in hundredths.
CREATE TABLE evaluations (
    id                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    place_key          NVARCHAR(250) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    template_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    template_version   BIGINT NOT NULL,
    definition         NVARCHAR(MAX) NOT NULL,
    cycle              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    start_date         DATE NOT NULL,
    subject_id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    subject_name       NVARCHAR(200) NOT NULL,
    subject_rank       BIGINT NOT NULL,
    organisation_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    figures            NVARCHAR(MAX) NOT NULL,
    total              BIGINT NOT NULL,
    calibration        BIGINT NOT NULL,
    calibration_reason NVARCHAR(1000) NOT NULL,
    appeal_reason      NVARCHAR(1000) NOT NULL,
    appeal_decision    NVARCHAR(1000) NOT NULL,
    award              NVARCHAR(200) NOT NULL,
    publisher_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    publisher_name     NVARCHAR(200) NOT NULL,
    published_us       BIGINT NULL,
    created_us         BIGINT NOT NULL,
    version            BIGINT NOT NULL
);
CREATE INDEX ix_evaluations_ranking ON evaluations (template_id, period, total);
CREATE INDEX ix_evaluations_subject ON evaluations (subject_id, start_date);

CREATE TABLE evaluation_scores (
    evaluation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scorer_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scorer_name   NVARCHAR(200) NOT NULL,
    score         BIGINT NOT NULL,
    comment       NVARCHAR(1000) NOT NULL,
    created_us    BIGINT NOT NULL,
    PRIMARY KEY (evaluation_id, kind, scorer_id)
);

-- The manuals name the indicators and leave weights and formulas open: a default that HQ changes.
INSERT INTO evaluation_templates (id, name, cycle, role, active, definition, version) VALUES
('sales-monthly', N'销售人员月度考评', 'monthly', 'salesperson', 1, N'{"indicators":[{"displayName":"计划达成率","weight":40,"formula":"min(100, plan_attainment * 100)"},{"displayName":"产品销量增长","weight":20,"formula":"60 + growth * 100"},{"displayName":"拜访","weight":15,"formula":"100 * visits / (visits + visits_missed)"},{"displayName":"客户满意度","weight":15,"formula":"satisfaction * 20"},{"displayName":"报送及时率","weight":10,"formula":"timeliness * 100"}],"weights":[{"kind":"SCORE_KIND_COMPUTED","weight":60},{"kind":"SCORE_KIND_SELF","weight":5},{"kind":"SCORE_KIND_SUPERIOR","weight":20},{"kind":"SCORE_KIND_PEER","weight":5},{"kind":"SCORE_KIND_CLIENT","weight":10}]}', 1);
INSERT INTO evaluation_template_versions (template_id, version, definition, editor_name, created_us)
SELECT id, version, definition, '', 0 FROM evaluation_templates;

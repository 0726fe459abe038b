-- Annual plans 年度培训计划 and their lines; sessions name the line they fulfil.
CREATE TABLE training_plans (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    plan_year BIGINT NOT NULL,
    goal NVARCHAR(2000) NOT NULL,
    state NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    reason NVARCHAR(500) NOT NULL,
    submitter_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    approver_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    approve_date DATE NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_training_plans_year ON training_plans (organisation_id, plan_year);

CREATE TABLE training_plan_items (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    plan_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal BIGINT NOT NULL,
    course_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    goal NVARCHAR(2000) NOT NULL,
    way NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    plan_month BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    trainees BIGINT NOT NULL
);
CREATE INDEX ix_training_plan_items_plan ON training_plan_items (plan_id, ordinal);

-- Annual plans 年度培训计划 and their lines; sessions name the line they fulfil.
CREATE TABLE training_plans (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    organisation_id TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    plan_year       INTEGER NOT NULL,
    goal            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    submitter_id    TEXT    NULL,
    approver_id     TEXT    NULL,
    approve_date    TEXT    NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_training_plans_year ON training_plans (organisation_id, plan_year);

CREATE TABLE training_plan_items (
    id         TEXT    NOT NULL PRIMARY KEY,
    plan_id    TEXT    NOT NULL,
    ordinal    INTEGER NOT NULL,
    course_id  TEXT    NOT NULL,
    goal       TEXT    NOT NULL,
    way        TEXT    NOT NULL,
    plan_month INTEGER NOT NULL,
    sessions   INTEGER NOT NULL,
    trainees   INTEGER NOT NULL
);
CREATE INDEX ix_training_plan_items_plan ON training_plan_items (plan_id, ordinal);

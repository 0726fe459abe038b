-- What other services told. A row lives where its partner lives: who may see it is asked of partners, so a partner that
-- moves or gets another salesperson takes all its figures along.
CREATE TABLE organisations (
    id               TEXT    NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    parent_id        TEXT    NULL,
    province_code    TEXT    NULL,
    scope_path       TEXT    NOT NULL,
    version          INTEGER NOT NULL,
    created_date     TEXT    NOT NULL,
    materialise_from TEXT    NOT NULL
);
CREATE INDEX ix_organisations_scope ON organisations (scope_path);
CREATE INDEX ix_organisations_materialise ON organisations (materialise_from);

CREATE TABLE staff (
    id               TEXT    NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    organisation_id  TEXT    NOT NULL,
    roles            TEXT    NOT NULL,
    active           INTEGER NOT NULL,
    partner_id       TEXT    NULL,
    scope_path       TEXT    NOT NULL,
    version          INTEGER NOT NULL,
    created_date     TEXT    NOT NULL,
    materialise_from TEXT    NOT NULL
);
CREATE INDEX ix_staff_organisation ON staff (organisation_id);
CREATE INDEX ix_staff_materialise ON staff (materialise_from);

CREATE TABLE partners (
    id                TEXT    NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    stage             TEXT    NOT NULL,
    province_code     TEXT    NOT NULL,
    city_code         TEXT    NOT NULL,
    organisation_id   TEXT    NOT NULL,
    parent_partner_id TEXT    NULL,
    scope_path        TEXT    NOT NULL,
    assignee_id       TEXT    NULL,
    version           INTEGER NOT NULL
);
CREATE INDEX ix_partners_scope ON partners (scope_path);

-- Each stage a partner came to, by the version that brought it there.
CREATE TABLE partner_stages (
    partner_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    stage      TEXT    NOT NULL,
    at_us      INTEGER NOT NULL,
    PRIMARY KEY (partner_id, version)
) WITHOUT ROWID;

CREATE TABLE visits (
    id           TEXT    NOT NULL PRIMARY KEY,
    partner_id   TEXT    NOT NULL,
    staff_id     TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    planned_date TEXT    NOT NULL,
    version      INTEGER NOT NULL
);
CREATE INDEX ix_visits_planned ON visits (planned_date);

-- Two events tell of an agreement: where it stands (version), and what was signed (signed_version).
CREATE TABLE agreements (
    id              TEXT    NOT NULL PRIMARY KEY,
    partner_id      TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    organisation_id TEXT    NOT NULL,
    signed_date     TEXT    NULL,
    effective_from  TEXT    NULL,
    effective_to    TEXT    NULL,
    city_code       TEXT    NULL,
    signed_version  INTEGER NOT NULL
);
CREATE INDEX ix_agreements_signed ON agreements (signed_date, kind);
CREATE INDEX ix_agreements_partner ON agreements (partner_id, kind);
CREATE INDEX ix_agreements_organisation ON agreements (organisation_id, signed_date);

CREATE TABLE training_requests (
    id         TEXT    NOT NULL PRIMARY KEY,
    partner_id TEXT    NOT NULL,
    course_id  TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    start_us   INTEGER NULL,
    version    INTEGER NOT NULL
);

CREATE TABLE trainings (
    id         TEXT    NOT NULL,
    partner_id TEXT    NOT NULL,
    course_id  TEXT    NOT NULL,
    attended   INTEGER NOT NULL,
    effect     INTEGER NOT NULL,
    held_date  TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (id, partner_id)
);
CREATE INDEX ix_trainings_held ON trainings (held_date);

CREATE TABLE tickets (
    id                     TEXT    NOT NULL PRIMARY KEY,
    partner_id             TEXT    NOT NULL,
    kind                   TEXT    NOT NULL,
    severity               TEXT    NOT NULL,
    state                  TEXT    NOT NULL,
    handler_id             TEXT    NULL,
    opened_us              INTEGER NOT NULL,
    first_response_minutes INTEGER NULL,
    resolution_minutes     INTEGER NULL,
    first_response_breached INTEGER NOT NULL,
    resolution_breached    INTEGER NOT NULL,
    escalation_level       INTEGER NOT NULL,
    satisfaction           INTEGER NULL,
    version                INTEGER NOT NULL
);
CREATE INDEX ix_tickets_opened ON tickets (opened_us);

CREATE TABLE territories (
    id         TEXT    NOT NULL PRIMARY KEY,
    city_code  TEXT    NOT NULL,
    partner_id TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    version    INTEGER NOT NULL
);

CREATE TABLE territory_conflicts (
    id          TEXT    NOT NULL PRIMARY KEY,
    city_code   TEXT    NOT NULL,
    holder_id   TEXT    NOT NULL,
    claimant_id TEXT    NOT NULL,
    opened_us   INTEGER NOT NULL
);
CREATE INDEX ix_territory_conflicts_opened ON territory_conflicts (opened_us);

-- Daily sales volume: one line for each partner, day and product, so a line is the day's roll-up too.
CREATE TABLE daily_sales (
    id            TEXT    NOT NULL PRIMARY KEY,
    partner_id    TEXT    NOT NULL,
    day           TEXT    NOT NULL,
    product_code  TEXT    NOT NULL,
    quantity      INTEGER NOT NULL,
    reporter_id   TEXT    NULL,
    reporter_name TEXT    NOT NULL,
    created_us    INTEGER NOT NULL,
    updated_us    INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    UNIQUE (partner_id, day, product_code)
);
-- Holds all that sums over days need.
CREATE INDEX ix_daily_sales_day ON daily_sales (day, partner_id, product_code, quantity);

CREATE TABLE sales_corrections (
    id                TEXT    NOT NULL PRIMARY KEY,
    daily_sales_id    TEXT    NOT NULL,
    previous_quantity INTEGER NOT NULL,
    quantity          INTEGER NOT NULL,
    reason            TEXT    NOT NULL,
    corrector_id      TEXT    NOT NULL,
    corrector_name    TEXT    NOT NULL,
    created_us        INTEGER NOT NULL
);
CREATE INDEX ix_sales_corrections_line ON sales_corrections (daily_sales_id, id);

-- The months' roll-up, kept in the transaction that writes the line.
CREATE TABLE sales_rollup (
    month        TEXT    NOT NULL,
    partner_id   TEXT    NOT NULL,
    product_code TEXT    NOT NULL,
    quantity     INTEGER NOT NULL,
    PRIMARY KEY (month, partner_id, product_code)
) WITHOUT ROWID;

CREATE TABLE plans (
    id              TEXT    NOT NULL PRIMARY KEY,
    month           TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    agents          INTEGER NOT NULL,
    terminals       INTEGER NOT NULL,
    sales_quantity  INTEGER NOT NULL,
    note            TEXT    NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    UNIQUE (month, organisation_id)
);

CREATE TABLE obligation_rules (
    code          TEXT    NOT NULL PRIMARY KEY,
    name_zh       TEXT    NOT NULL,
    name_en       TEXT    NOT NULL,
    personal      INTEGER NOT NULL,
    roles         TEXT    NOT NULL,
    recurrence    TEXT    NOT NULL,
    due_offset    INTEGER NOT NULL,
    due_month     INTEGER NOT NULL,
    due_day       INTEGER NOT NULL,
    shift         TEXT    NOT NULL,
    grace_days    INTEGER NOT NULL,
    due_soon_days INTEGER NOT NULL,
    receivers     TEXT    NOT NULL,
    fulfilment    TEXT    NOT NULL,
    active        INTEGER NOT NULL,
    version       INTEGER NOT NULL
);

-- What a rule said when the obligation was made is copied into it: a change of the rule touches no obligation.
CREATE TABLE obligations (
    id              TEXT    NOT NULL PRIMARY KEY,
    duty            TEXT    NOT NULL,
    subject_id      TEXT    NOT NULL,
    period          TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    staff_id        TEXT    NULL,
    roles           TEXT    NOT NULL,
    receivers       TEXT    NOT NULL,
    fulfilment      TEXT    NOT NULL,
    due_date        TEXT    NOT NULL,
    due_soon_us     INTEGER NOT NULL,
    deadline_us     INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    next_us         INTEGER NULL,
    submitted_us    INTEGER NULL,
    submitter_id    TEXT    NULL,
    submitter_name  TEXT    NOT NULL,
    note            TEXT    NOT NULL,
    reviewed_us     INTEGER NULL,
    reviewer_name   TEXT    NOT NULL,
    review_note     TEXT    NOT NULL,
    review          TEXT    NOT NULL,
    waived          INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    version         INTEGER NOT NULL,
    UNIQUE (duty, subject_id, period)
);
CREATE INDEX ix_obligations_next ON obligations (next_us) WHERE next_us IS NOT NULL;
CREATE INDEX ix_obligations_due ON obligations (due_date, id);
CREATE INDEX ix_obligations_subject ON obligations (subject_id, due_date);

-- Every submission there was, by hand or by an event, also those that came before the obligation was made.
CREATE TABLE obligation_submissions (
    id             TEXT    NOT NULL PRIMARY KEY,
    duty           TEXT    NOT NULL,
    subject_id     TEXT    NOT NULL,
    period         TEXT    NOT NULL,
    submitted_us   INTEGER NOT NULL,
    submitter_id   TEXT    NULL,
    submitter_name TEXT    NOT NULL,
    note           TEXT    NOT NULL
);
CREATE INDEX ix_obligation_submissions_key ON obligation_submissions (subject_id, duty, period, submitted_us);

-- Every duty of the manuals. What they leave open – weekdays, receivers, days of warning – is a default to be changed.
INSERT INTO obligation_rules (code, name_zh, name_en, personal, roles, recurrence, due_offset, due_month, due_day, shift, grace_days, due_soon_days, receivers, fulfilment, active, version) VALUES
('work-journal', '工作日志', 'Daily work journal', 1, 'salesperson', 'daily', 0, 1, 1, 'skip', 0, 0, 'sales-manager', 'manual', 1, 1),
('daily-sales', '产品销量日报', 'Daily sales volume', 1, 'salesperson', 'daily', 0, 1, 1, 'skip', 0, 0, 'sales-manager,hq-marketing', 'daily-sales-reported', 1, 1),
('expansion-progress', '拓展进度表', 'Expansion progress', 0, 'sales-manager', 'weekly', 0, 1, 1, 'next', 0, 1, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('department-meeting', '部门例会与周报', 'Department meeting and weekly report', 0, 'sales-manager,training-manager,after-sales-manager', 'weekly', 0, 1, 5, 'previous', 0, 1, 'centre-general-manager', 'manual', 1, 1),
('visit-plan', '下周拜访计划', 'Visits of next week', 1, 'salesperson', 'weekly', -1, 1, 6, 'none', 0, 1, 'sales-manager', 'manual', 1, 1),
('gm-report', '总经理工作报告', 'General manager''s report', 0, 'centre-general-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'hq-office', 'manual', 1, 1),
('plan-decomposition', '计划分解与调整', 'Decomposition of the plan', 0, 'sales-manager,centre-general-manager', 'monthly', 0, 1, 5, 'next', 0, 3, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('market-survey', '市场及客户信息调研更新', 'Market survey brought up to date', 0, 'salesperson,sales-manager', 'monthly', 0, 1, 5, 'next', 0, 3, 'hq-marketing,sales-manager', 'survey-submitted', 1, 1),
('attainment', '上月计划达成', 'Last month''s attainment', 0, 'sales-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('staff-evaluation', '员工考评', 'Evaluation of staff', 0, 'sales-manager,training-manager,after-sales-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'centre-general-manager', 'manual', 1, 1),
('originals-bound', '协议原件编号装订', 'Originals numbered and bound', 0, 'back-office', 'monthly', 1, 1, 5, 'next', 0, 3, 'sales-manager', 'manual', 1, 1),
('evaluation-form', '考评表报送', 'Evaluation forms', 0, 'centre-general-manager,sales-manager,back-office', 'monthly', 1, 1, 10, 'next', 0, 3, 'hq-sales,hq-office', 'manual', 1, 1),
('monthly-summary', '月度总结会', 'Monthly summary meeting', 0, 'centre-general-manager,sales-manager', 'monthly', 1, 1, 18, 'next', 0, 3, 'centre-general-manager,hq-office', 'manual', 1, 1),
('centre-meeting', '中心例会', 'Meeting of the centre', 0, 'centre-general-manager,back-office', 'monthly', 0, 1, 25, 'next', 0, 3, 'hq-office,centre-general-manager', 'manual', 1, 1),
('agreement-statistics', '协议签订统计表', 'Statistics of signed agreements', 0, 'back-office,sales-manager,centre-general-manager', 'monthly', 0, 1, 25, 'next', 0, 3, 'hq-marketing,sales-manager', 'statistics-submitted', 1, 1),
('self-appraisal', '员工自评', 'Self-appraisal', 1, 'salesperson,sales-manager,training-manager,trainer,after-sales-manager,after-sales,legal,finance,back-office', 'monthly', 0, 1, 31, 'previous', 0, 3, 'sales-manager,centre-general-manager', 'manual', 1, 1),
('department-evaluation', '部门考评反馈', 'Evaluation of departments', 0, 'centre-general-manager', 'monthly', 0, 1, 31, 'previous', 0, 3, 'hq-sales,hq-marketing,hq-training', 'manual', 1, 1),
('quarterly-appraisal', '季度考核', 'Quarterly appraisal', 0, 'centre-general-manager,sales-manager', 'quarterly', 0, 3, 31, 'previous', 0, 7, 'hq-sales,hq-office', 'manual', 1, 1),
('account-reconciliation', '核对往来账', 'Reconciliation of accounts', 0, 'back-office,sales-manager', 'half-yearly', 0, 6, 31, 'previous', 0, 7, 'finance,sales-manager', 'manual', 1, 1),
('training-plan', '年度培训计划', 'Training plan of the year', 0, 'training-manager', 'yearly', 0, 1, 31, 'previous', 0, 14, 'hq-training,centre-general-manager', 'manual', 1, 1),
('annual-appraisal', '年度考核', 'Appraisal of the year', 0, 'centre-general-manager,sales-manager', 'yearly', 0, 12, 31, 'previous', 0, 14, 'hq-sales,hq-office', 'manual', 1, 1),
('annual-summary', '年度总结', 'Summary of the year', 0, 'centre-general-manager', 'yearly', 0, 12, 31, 'previous', 0, 14, 'hq-office', 'manual', 1, 1),
('contract-entry', '合同签订录入', 'Signed contract entered', 0, 'salesperson,back-office', 'agreement', 0, 1, 1, 'next', 0, 1, 'sales-manager', 'agreement-signed', 1, 1);

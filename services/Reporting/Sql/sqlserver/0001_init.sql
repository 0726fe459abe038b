-- What other services told. A row lives where its partner lives: who may see it is asked of partners, so a partner that
-- moves or gets another salesperson takes all its figures along.
CREATE TABLE organisations (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name             NVARCHAR(200) NOT NULL,
    kind             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    parent_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    province_code    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path       NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version          BIGINT NOT NULL,
    created_date     DATE NOT NULL,
    materialise_from DATE NOT NULL
);
CREATE INDEX ix_organisations_scope ON organisations (scope_path);
CREATE INDEX ix_organisations_materialise ON organisations (materialise_from);

CREATE TABLE staff (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name             NVARCHAR(200) NOT NULL,
    organisation_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    roles            NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    active           BIGINT NOT NULL,
    partner_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path       NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version          BIGINT NOT NULL,
    created_date     DATE NOT NULL,
    materialise_from DATE NOT NULL
);
CREATE INDEX ix_staff_organisation ON staff (organisation_id);
CREATE INDEX ix_staff_materialise ON staff (materialise_from);

CREATE TABLE partners (
    id                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name              NVARCHAR(200) NOT NULL,
    kind              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    stage             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    province_code     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    city_code         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    parent_partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path        NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version           BIGINT NOT NULL
);
CREATE INDEX ix_partners_scope ON partners (scope_path);

-- Each stage a partner came to, by the version that brought it there.
CREATE TABLE partner_stages (
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL,
    stage      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    at_us      BIGINT NOT NULL,
    PRIMARY KEY (partner_id, version)
);

CREATE TABLE visits (
    id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    staff_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    planned_date DATE NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX ix_visits_planned ON visits (planned_date);

-- Two events tell of an agreement: where it stands (version), and what was signed (signed_version).
CREATE TABLE agreements (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    number          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version         BIGINT NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    signed_date     DATE NULL,
    effective_from  DATE NULL,
    effective_to    DATE NULL,
    city_code       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    signed_version  BIGINT NOT NULL
);
CREATE INDEX ix_agreements_signed ON agreements (signed_date, kind);
CREATE INDEX ix_agreements_partner ON agreements (partner_id, kind);
CREATE INDEX ix_agreements_organisation ON agreements (organisation_id, signed_date);

CREATE TABLE training_requests (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    course_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    start_us   BIGINT NULL,
    version    BIGINT NOT NULL
);

CREATE TABLE trainings (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    course_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    attended   BIGINT NOT NULL,
    effect     BIGINT NOT NULL,
    held_date  DATE NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (id, partner_id)
);
CREATE INDEX ix_trainings_held ON trainings (held_date);

CREATE TABLE tickets (
    id                     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    severity               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state                  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    handler_id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    opened_us              BIGINT NOT NULL,
    first_response_minutes BIGINT NULL,
    resolution_minutes     BIGINT NULL,
    first_response_breached BIGINT NOT NULL,
    resolution_breached    BIGINT NOT NULL,
    escalation_level       BIGINT NOT NULL,
    satisfaction           BIGINT NULL,
    version                BIGINT NOT NULL
);
CREATE INDEX ix_tickets_opened ON tickets (opened_us);

CREATE TABLE territories (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    city_code  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL
);

CREATE TABLE territory_conflicts (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    city_code   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    holder_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    claimant_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    opened_us   BIGINT NOT NULL
);
CREATE INDEX ix_territory_conflicts_opened ON territory_conflicts (opened_us);

-- Daily sales volume: one line for each partner, day and product, so a line is the day's roll-up too.
CREATE TABLE daily_sales (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    day           DATE NOT NULL,
    product_code  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    quantity      BIGINT NOT NULL,
    reporter_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    reporter_name NVARCHAR(200) NOT NULL,
    created_us    BIGINT NOT NULL,
    updated_us    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    UNIQUE (partner_id, day, product_code)
);
-- Holds all that sums over days need.
CREATE INDEX ix_daily_sales_day ON daily_sales (day, partner_id, product_code, quantity);

CREATE TABLE sales_corrections (
    id                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    daily_sales_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    previous_quantity BIGINT NOT NULL,
    quantity          BIGINT NOT NULL,
    reason            NVARCHAR(500) NOT NULL,
    corrector_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    corrector_name    NVARCHAR(200) NOT NULL,
    created_us        BIGINT NOT NULL
);
CREATE INDEX ix_sales_corrections_line ON sales_corrections (daily_sales_id, id);

-- The months' roll-up, kept in the transaction that writes the line.
CREATE TABLE sales_rollup (
    month        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    product_code NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    quantity     BIGINT NOT NULL,
    PRIMARY KEY (month, partner_id, product_code)
);

CREATE TABLE plans (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    month           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    agents          BIGINT NOT NULL,
    terminals       BIGINT NOT NULL,
    sales_quantity  BIGINT NOT NULL,
    note            NVARCHAR(2000) NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    UNIQUE (month, organisation_id)
);

CREATE TABLE obligation_rules (
    code          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name_zh       NVARCHAR(100) NOT NULL,
    name_en       NVARCHAR(100) NOT NULL,
    personal      BIGINT NOT NULL,
    roles         NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    recurrence    NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    due_offset    BIGINT NOT NULL,
    due_month     BIGINT NOT NULL,
    due_day       BIGINT NOT NULL,
    shift         NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    grace_days    BIGINT NOT NULL,
    due_soon_days BIGINT NOT NULL,
    receivers     NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    fulfilment    NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    active        BIGINT NOT NULL,
    version       BIGINT NOT NULL
);

-- What a rule said when the obligation was made is copied into it: a change of the rule touches no obligation.
CREATE TABLE obligations (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    duty            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    subject_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    staff_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    roles           NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    receivers       NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    fulfilment      NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    due_date        DATE NOT NULL,
    due_soon_us     BIGINT NOT NULL,
    deadline_us     BIGINT NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    next_us         BIGINT NULL,
    submitted_us    BIGINT NULL,
    submitter_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    submitter_name  NVARCHAR(200) NOT NULL,
    note            NVARCHAR(2000) NOT NULL,
    reviewed_us     BIGINT NULL,
    reviewer_name   NVARCHAR(200) NOT NULL,
    review_note     NVARCHAR(500) NOT NULL,
    review          NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    waived          BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL,
    UNIQUE (duty, subject_id, period)
);
CREATE INDEX ix_obligations_next ON obligations (next_us) WHERE next_us IS NOT NULL;
CREATE INDEX ix_obligations_due ON obligations (due_date, id);
CREATE INDEX ix_obligations_subject ON obligations (subject_id, due_date);

-- Every submission there was, by hand or by an event, also those that came before the obligation was made.
CREATE TABLE obligation_submissions (
    id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    duty           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    subject_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    submitted_us   BIGINT NOT NULL,
    submitter_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    submitter_name NVARCHAR(200) NOT NULL,
    note           NVARCHAR(2000) NOT NULL
);
CREATE INDEX ix_obligation_submissions_key ON obligation_submissions (subject_id, duty, period, submitted_us);

-- Every duty of the manuals. What they leave open – weekdays, receivers, days of warning – is a default to be changed.
INSERT INTO obligation_rules (code, name_zh, name_en, personal, roles, recurrence, due_offset, due_month, due_day, shift, grace_days, due_soon_days, receivers, fulfilment, active, version) VALUES
('work-journal', N'工作日志', 'Daily work journal', 1, 'salesperson', 'daily', 0, 1, 1, 'skip', 0, 0, 'sales-manager', 'manual', 1, 1),
('daily-sales', N'产品销量日报', 'Daily sales volume', 1, 'salesperson', 'daily', 0, 1, 1, 'skip', 0, 0, 'sales-manager,hq-marketing', 'daily-sales-reported', 1, 1),
('expansion-progress', N'拓展进度表', 'Expansion progress', 0, 'sales-manager', 'weekly', 0, 1, 1, 'next', 0, 1, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('department-meeting', N'部门例会与周报', 'Department meeting and weekly report', 0, 'sales-manager,training-manager,after-sales-manager', 'weekly', 0, 1, 5, 'previous', 0, 1, 'centre-general-manager', 'manual', 1, 1),
('visit-plan', N'下周拜访计划', 'Visits of next week', 1, 'salesperson', 'weekly', -1, 1, 6, 'none', 0, 1, 'sales-manager', 'manual', 1, 1),
('gm-report', N'总经理工作报告', 'General manager''s report', 0, 'centre-general-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'hq-office', 'manual', 1, 1),
('plan-decomposition', N'计划分解与调整', 'Decomposition of the plan', 0, 'sales-manager,centre-general-manager', 'monthly', 0, 1, 5, 'next', 0, 3, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('market-survey', N'市场及客户信息调研更新', 'Market survey brought up to date', 0, 'salesperson,sales-manager', 'monthly', 0, 1, 5, 'next', 0, 3, 'hq-marketing,sales-manager', 'survey-submitted', 1, 1),
('attainment', N'上月计划达成', 'Last month''s attainment', 0, 'sales-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'hq-sales,centre-general-manager', 'manual', 1, 1),
('staff-evaluation', N'员工考评', 'Evaluation of staff', 0, 'sales-manager,training-manager,after-sales-manager', 'monthly', 1, 1, 5, 'next', 0, 3, 'centre-general-manager', 'manual', 1, 1),
('originals-bound', N'协议原件编号装订', 'Originals numbered and bound', 0, 'back-office', 'monthly', 1, 1, 5, 'next', 0, 3, 'sales-manager', 'manual', 1, 1),
('evaluation-form', N'考评表报送', 'Evaluation forms', 0, 'centre-general-manager,sales-manager,back-office', 'monthly', 1, 1, 10, 'next', 0, 3, 'hq-sales,hq-office', 'manual', 1, 1),
('monthly-summary', N'月度总结会', 'Monthly summary meeting', 0, 'centre-general-manager,sales-manager', 'monthly', 1, 1, 18, 'next', 0, 3, 'centre-general-manager,hq-office', 'manual', 1, 1),
('centre-meeting', N'中心例会', 'Meeting of the centre', 0, 'centre-general-manager,back-office', 'monthly', 0, 1, 25, 'next', 0, 3, 'hq-office,centre-general-manager', 'manual', 1, 1),
('agreement-statistics', N'协议签订统计表', 'Statistics of signed agreements', 0, 'back-office,sales-manager,centre-general-manager', 'monthly', 0, 1, 25, 'next', 0, 3, 'hq-marketing,sales-manager', 'statistics-submitted', 1, 1),
('self-appraisal', N'员工自评', 'Self-appraisal', 1, 'salesperson,sales-manager,training-manager,trainer,after-sales-manager,after-sales,legal,finance,back-office', 'monthly', 0, 1, 31, 'previous', 0, 3, 'sales-manager,centre-general-manager', 'manual', 1, 1),
('department-evaluation', N'部门考评反馈', 'Evaluation of departments', 0, 'centre-general-manager', 'monthly', 0, 1, 31, 'previous', 0, 3, 'hq-sales,hq-marketing,hq-training', 'manual', 1, 1),
('quarterly-appraisal', N'季度考核', 'Quarterly appraisal', 0, 'centre-general-manager,sales-manager', 'quarterly', 0, 3, 31, 'previous', 0, 7, 'hq-sales,hq-office', 'manual', 1, 1),
('account-reconciliation', N'核对往来账', 'Reconciliation of accounts', 0, 'back-office,sales-manager', 'half-yearly', 0, 6, 31, 'previous', 0, 7, 'finance,sales-manager', 'manual', 1, 1),
('training-plan', N'年度培训计划', 'Training plan of the year', 0, 'training-manager', 'yearly', 0, 1, 31, 'previous', 0, 14, 'hq-training,centre-general-manager', 'manual', 1, 1),
('annual-appraisal', N'年度考核', 'Appraisal of the year', 0, 'centre-general-manager,sales-manager', 'yearly', 0, 12, 31, 'previous', 0, 14, 'hq-sales,hq-office', 'manual', 1, 1),
('annual-summary', N'年度总结', 'Summary of the year', 0, 'centre-general-manager', 'yearly', 0, 12, 31, 'previous', 0, 14, 'hq-office', 'manual', 1, 1),
('contract-entry', N'合同签订录入', 'Signed contract entered', 0, 'salesperson,back-office', 'agreement', 0, 1, 1, 'next', 0, 1, 'sales-manager', 'agreement-signed', 1, 1);

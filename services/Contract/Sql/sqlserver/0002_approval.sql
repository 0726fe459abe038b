-- Approval policies 审批规则: what matches an agreement, and the steps it then gets. kind '' and NULL mean "any".
CREATE TABLE approval_policies (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    display_name    NVARCHAR(400) NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    min_amount_fen  BIGINT NULL,
    max_amount_fen  BIGINT NULL,
    deviating       BIGINT NULL,
    major           BIGINT NULL,
    priority        BIGINT NOT NULL,
    steps_json      NVARCHAR(MAX) NOT NULL,
    disabled        BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);

-- Every version a policy ever had; chains name the one they came from.
CREATE TABLE approval_policy_versions (
    policy_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL,
    body_json  NVARCHAR(MAX) NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (policy_id, version)
);

-- The chain of the manuals: sales manager, general manager if major or deviating, legal. The manuals give no time after which
-- a step goes to the superior; two working days (900 minutes of working time) are inferred.
INSERT INTO approval_policies (id, version, display_name, organisation_id, scope_path, kind, priority, steps_json, disabled, updated_us, deviating, major) VALUES
    ('hq-standard', 1, N'标准审批', 'hq', '/hq/', '', 0, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, NULL, NULL),
    ('hq-deviating', 1, N'含偏离条款', 'hq', '/hq/', '', 10, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["centre-general-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, 1, NULL),
    ('hq-major', 1, N'重大协议', 'hq', '/hq/', '', 20, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["centre-general-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, NULL, 1);

-- Where an agreement's chain came from.
ALTER TABLE agreements ADD policy_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE agreements ADD policy_version BIGINT NOT NULL DEFAULT 0;

-- What waits now: one row for each open reviewer and each role that may act for it (its own, and those it escalated to).
-- Follows from the agreement's chain and is written with it; id = agreement, '-', step, '-', role, '-', awaits.
CREATE TABLE review_tasks (
    id           NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    agreement_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES agreements (id),
    step         BIGINT NOT NULL,
    role         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    awaits       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    since_us     BIGINT NOT NULL,
    due_us       BIGINT NULL
);
CREATE INDEX ix_review_tasks_awaits ON review_tasks (awaits, since_us, id);
CREATE INDEX ix_review_tasks_agreement ON review_tasks (agreement_id);
CREATE INDEX ix_review_tasks_due ON review_tasks (due_us) WHERE due_us IS NOT NULL;

INSERT INTO review_tasks (id, agreement_id, step, role, awaits, since_us, due_us)
SELECT id, id, 1, awaits_role, awaits_role, updated_us, NULL FROM agreements WHERE state = 'in-review' AND awaits_role <> '';

-- Staff as last heard of: who has which roles now. Version 0: only seen calling, not heard of yet.
CREATE TABLE staff (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    name            NVARCHAR(400) NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    roles           NVARCHAR(400) NOT NULL,
    active          BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL
);
CREATE INDEX ix_staff_place ON staff (scope_path);

-- Delegations 委托代理; assignee_id is who delegates.
CREATE TABLE delegations (
    id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version        BIGINT NOT NULL,
    assignee_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    delegator_name NVARCHAR(400) NOT NULL,
    delegate_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    delegate_name  NVARCHAR(400) NOT NULL,
    from_date      DATE NOT NULL,
    to_date        DATE NOT NULL,
    reason         NVARCHAR(400) NOT NULL,
    revoked        BIGINT NOT NULL,
    scope_path     NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    created_us     BIGINT NOT NULL
);
CREATE INDEX ix_delegations_delegate ON delegations (delegate_id, to_date);
CREATE INDEX ix_delegations_delegator ON delegations (assignee_id, to_date);

-- An agreement's content as of a version, for comparison; submitted = 1: as it was sent into review.
CREATE TABLE agreement_contents (
    agreement_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES agreements (id),
    version      BIGINT NOT NULL,
    submitted    BIGINT NOT NULL,
    content_json NVARCHAR(MAX) NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

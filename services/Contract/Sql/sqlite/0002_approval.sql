-- Approval policies 审批规则: what matches an agreement, and the steps it then gets. kind '' and NULL mean "any".
CREATE TABLE approval_policies (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    display_name    TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    min_amount_fen  INTEGER NULL,
    max_amount_fen  INTEGER NULL,
    deviating       INTEGER NULL,
    major           INTEGER NULL,
    priority        INTEGER NOT NULL,
    steps_json      TEXT    NOT NULL,
    disabled        INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);

-- Every version a policy ever had; chains name the one they came from.
CREATE TABLE approval_policy_versions (
    policy_id  TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    body_json  TEXT    NOT NULL,
    updated_us INTEGER NOT NULL,
    PRIMARY KEY (policy_id, version)
);

-- The chain of the manuals: sales manager, general manager if major or deviating, legal. The manuals give no time after which
-- a step goes to the superior; two working days (900 minutes of working time) are inferred.
INSERT INTO approval_policies (id, version, display_name, organisation_id, scope_path, kind, priority, steps_json, disabled, updated_us, deviating, major) VALUES
    ('hq-standard', 1, '标准审批', 'hq', '/hq/', '', 0, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, NULL, NULL),
    ('hq-deviating', 1, '含偏离条款', 'hq', '/hq/', '', 10, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["centre-general-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, 1, NULL),
    ('hq-major', 1, '重大协议', 'hq', '/hq/', '', 20, '[{"roles":["sales-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["centre-general-manager"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""},{"roles":["legal"],"mode":"all","escalateAfterMinutes":900,"escalateTo":""}]', 0, 0, NULL, 1);

-- Where an agreement's chain came from.
ALTER TABLE agreements ADD COLUMN policy_id TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN policy_version INTEGER NOT NULL DEFAULT 0;

-- What waits now: one row for each open reviewer and each role that may act for it (its own, and those it escalated to).
-- Follows from the agreement's chain and is written with it; id = agreement, '-', step, '-', role, '-', awaits.
CREATE TABLE review_tasks (
    id           TEXT    NOT NULL PRIMARY KEY,
    agreement_id TEXT    NOT NULL REFERENCES agreements (id),
    step         INTEGER NOT NULL,
    role         TEXT    NOT NULL,
    awaits       TEXT    NOT NULL,
    since_us     INTEGER NOT NULL,
    due_us       INTEGER NULL
);
CREATE INDEX ix_review_tasks_awaits ON review_tasks (awaits, since_us, id);
CREATE INDEX ix_review_tasks_agreement ON review_tasks (agreement_id);
CREATE INDEX ix_review_tasks_due ON review_tasks (due_us) WHERE due_us IS NOT NULL;

INSERT INTO review_tasks (id, agreement_id, step, role, awaits, since_us, due_us)
SELECT id, id, 1, awaits_role, awaits_role, updated_us, NULL FROM agreements WHERE state = 'in-review' AND awaits_role <> '';

-- Staff as last heard of: who has which roles now. Version 0: only seen calling, not heard of yet.
CREATE TABLE staff (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    roles           TEXT    NOT NULL,
    active          INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL
);
CREATE INDEX ix_staff_place ON staff (scope_path);

-- Delegations 委托代理; assignee_id is who delegates.
CREATE TABLE delegations (
    id             TEXT    NOT NULL PRIMARY KEY,
    version        INTEGER NOT NULL,
    assignee_id    TEXT    NOT NULL,
    delegator_name TEXT    NOT NULL,
    delegate_id    TEXT    NOT NULL,
    delegate_name  TEXT    NOT NULL,
    from_date      TEXT    NOT NULL,
    to_date        TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    revoked        INTEGER NOT NULL,
    scope_path     TEXT    NOT NULL,
    created_us     INTEGER NOT NULL
);
CREATE INDEX ix_delegations_delegate ON delegations (delegate_id, to_date);
CREATE INDEX ix_delegations_delegator ON delegations (assignee_id, to_date);

-- An agreement's content as of a version, for comparison; submitted = 1: as it was sent into review.
CREATE TABLE agreement_contents (
    agreement_id TEXT    NOT NULL REFERENCES agreements (id),
    version      INTEGER NOT NULL,
    submitted    INTEGER NOT NULL,
    content_json TEXT    NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

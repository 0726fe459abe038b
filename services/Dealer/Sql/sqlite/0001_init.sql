-- Dealer: the organisation tree and its people, partners, the market survey, visits, territories.
CREATE TABLE organisations (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    parent_id     TEXT    NULL,
    province_code TEXT    NULL,
    scope_path    TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    created_us    INTEGER NOT NULL,
    updated_us    INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_organisations_path ON organisations (scope_path);
-- A row of the survey goes to the one centre whose province it is.
CREATE UNIQUE INDEX ux_organisations_province ON organisations (province_code) WHERE province_code IS NOT NULL;

-- HQ is there from the start, and is told of like any other organisation.
INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, version, created_us, updated_us)
VALUES ('hq', '总部', 'hq', NULL, NULL, '/hq/', 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
INSERT INTO outbox (id, type, aggregate_id, version, scope_path, assignee_id, occurred_us, traceparent, body, due_us)
VALUES ('00000000000000000000000001', 'qudao.dealer.organisation-changed', 'hq', 1, '/hq/', NULL, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, NULL,
    '{"code":"hq","name":"总部","kind":"hq","parentId":null,"provinceCode":null,"eventId":"00000000000000000000000001","occurTime":"'
        || strftime('%Y-%m-%dT%H:%M:%SZ', 'now') || '","aggregateId":"hq","version":1,"scopePath":"/hq/","assigneeId":null}',
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000);

CREATE TABLE staff (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    roles_json      TEXT    NOT NULL,
    phone           TEXT    NOT NULL,
    partner_id      TEXT    NULL,
    active          INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE INDEX ix_staff_partner ON staff (partner_id) WHERE partner_id IS NOT NULL;

CREATE TABLE partners (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    name_key        TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    stage           TEXT    NOT NULL,
    suspended_from  TEXT    NOT NULL,
    trained_date    TEXT    NULL,
    province_code   TEXT    NOT NULL,
    city_code       TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    contact         TEXT    NOT NULL,
    phone           TEXT    NOT NULL,
    brands          TEXT    NOT NULL,
    annual_volume   INTEGER NULL,
    advantage       TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    parent_id       TEXT    NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_partners_natural ON partners (organisation_id, name_key, city_code);
CREATE INDEX ix_partners_assignee ON partners (assignee_id, id);
CREATE INDEX ix_partners_path ON partners (scope_path);

CREATE TABLE surveys (
    id              TEXT    NOT NULL PRIMARY KEY,
    partner_id      TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    survey_month    TEXT    NOT NULL,
    province        TEXT    NOT NULL,
    city            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    brands          TEXT    NOT NULL,
    annual_volume   INTEGER NULL,
    address         TEXT    NOT NULL,
    contact         TEXT    NOT NULL,
    phone           TEXT    NOT NULL,
    is_target       INTEGER NULL,
    advantage       TEXT    NOT NULL,
    city_code       TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_surveys_partner ON surveys (partner_id, survey_month);
CREATE INDEX ix_surveys_month ON surveys (survey_month, organisation_id, id);

-- What a running import has counted so far, moved on in each step's transaction.
CREATE TABLE survey_imports (
    operation_id TEXT NOT NULL PRIMARY KEY,
    result       BLOB NOT NULL
);

-- Each finished submission of a centre's month: the version of its event.
CREATE TABLE survey_submissions (
    organisation_id TEXT    NOT NULL,
    survey_month    TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, survey_month)
);

CREATE TABLE visits (
    id              TEXT    NOT NULL PRIMARY KEY,
    partner_id      TEXT    NOT NULL,
    partner_name    TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    staff_name      TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    planned_date    TEXT    NOT NULL,
    due_us          INTEGER NOT NULL,
    purpose         TEXT    NOT NULL,
    signed_client   INTEGER NOT NULL,
    contact         TEXT    NOT NULL,
    contact_title   TEXT    NOT NULL,
    phone           TEXT    NOT NULL,
    talk_us         INTEGER NULL,
    content         TEXT    NOT NULL,
    next_visit_date TEXT    NULL,
    remark          TEXT    NOT NULL,
    cancel_reason   TEXT    NOT NULL,
    reported_us     INTEGER NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE INDEX ix_visits_due ON visits (due_us) WHERE state = 'planned';
CREATE INDEX ix_visits_date ON visits (planned_date, id);
CREATE INDEX ix_visits_partner ON visits (partner_id, id);

CREATE TABLE territories (
    id               TEXT    NOT NULL PRIMARY KEY,
    city_code        TEXT    NOT NULL,
    partner_id       TEXT    NOT NULL,
    agreement_id     TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    live             INTEGER NOT NULL,
    reserve_until_us INTEGER NOT NULL,
    organisation_id  TEXT    NOT NULL,
    scope_path       TEXT    NOT NULL,
    assignee_id      TEXT    NULL,
    version          INTEGER NOT NULL,
    created_us       INTEGER NOT NULL,
    updated_us       INTEGER NOT NULL
);
-- One reserved or active city agent for each city, whatever happens.
CREATE UNIQUE INDEX ux_territories_live ON territories (city_code) WHERE live = 1;
CREATE INDEX ix_territories_due ON territories (reserve_until_us) WHERE state = 'reserved';
CREATE INDEX ix_territories_partner ON territories (partner_id);

CREATE TABLE territory_conflicts (
    id              TEXT    NOT NULL PRIMARY KEY,
    city_code       TEXT    NOT NULL,
    holder_id       TEXT    NOT NULL,
    claimant_id     TEXT    NOT NULL,
    agreement_id    TEXT    NOT NULL,
    is_open         INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL
);
-- The same agreement claiming again is the same conflict.
CREATE UNIQUE INDEX ux_territory_conflicts_open ON territory_conflicts (city_code, agreement_id) WHERE is_open = 1;

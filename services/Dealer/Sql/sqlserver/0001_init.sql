-- Dealer: the organisation tree and its people, partners, the market survey, visits, territories.
CREATE TABLE organisations (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name          NVARCHAR(200) NOT NULL,
    kind          NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    parent_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    province_code NVARCHAR(50) COLLATE Latin1_General_BIN2 NULL,
    scope_path    NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version       BIGINT NOT NULL,
    created_us    BIGINT NOT NULL,
    updated_us    BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_organisations_path ON organisations (scope_path);
-- A row of the survey goes to the one centre whose province it is.
CREATE UNIQUE INDEX ux_organisations_province ON organisations (province_code) WHERE province_code IS NOT NULL;

-- HQ is there from the start, and is told of like any other organisation.
INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, version, created_us, updated_us)
VALUES ('hq', N'总部', 'hq', NULL, NULL, '/hq/', 1, DATEDIFF_BIG(SECOND, '1970-01-01', SYSUTCDATETIME()) * 1000000, DATEDIFF_BIG(SECOND, '1970-01-01', SYSUTCDATETIME()) * 1000000);
INSERT INTO outbox (id, type, aggregate_id, version, scope_path, assignee_id, occurred_us, traceparent, body, due_us)
VALUES ('00000000000000000000000001', 'qudao.dealer.organisation-changed', 'hq', 1, '/hq/', NULL, DATEDIFF_BIG(SECOND, '1970-01-01', SYSUTCDATETIME()) * 1000000, NULL,
    N'{"code":"hq","name":"总部","kind":"hq","parentId":null,"provinceCode":null,"eventId":"00000000000000000000000001","occurTime":"'
        + CONVERT(NVARCHAR(19), SYSUTCDATETIME(), 126) + N'Z","aggregateId":"hq","version":1,"scopePath":"/hq/","assigneeId":null}',
    DATEDIFF_BIG(SECOND, '1970-01-01', SYSUTCDATETIME()) * 1000000);

CREATE TABLE staff (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name            NVARCHAR(200) NOT NULL,
    organisation_id NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    roles_json      NVARCHAR(MAX) NOT NULL,
    phone           NVARCHAR(200) NOT NULL,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    active          BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE INDEX ix_staff_partner ON staff (partner_id) WHERE partner_id IS NOT NULL;

CREATE TABLE partners (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name            NVARCHAR(200) NOT NULL,
    name_key        NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    stage           NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    suspended_from  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    trained_date    DATE NULL,
    province_code   NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    city_code       NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    address         NVARCHAR(400) NOT NULL,
    contact         NVARCHAR(200) NOT NULL,
    phone           NVARCHAR(200) NOT NULL,
    brands          NVARCHAR(400) NOT NULL,
    annual_volume   BIGINT NULL,
    advantage       NVARCHAR(1000) NOT NULL,
    organisation_id NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    parent_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_partners_natural ON partners (organisation_id, name_key, city_code);
CREATE INDEX ix_partners_assignee ON partners (assignee_id, id);
CREATE INDEX ix_partners_path ON partners (scope_path);

CREATE TABLE surveys (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    survey_month    NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    province        NVARCHAR(100) NOT NULL,
    city            NVARCHAR(100) NOT NULL,
    name            NVARCHAR(200) NOT NULL,
    brands          NVARCHAR(400) NOT NULL,
    annual_volume   BIGINT NULL,
    address         NVARCHAR(400) NOT NULL,
    contact         NVARCHAR(200) NOT NULL,
    phone           NVARCHAR(200) NOT NULL,
    is_target       BIGINT NULL,
    advantage       NVARCHAR(1000) NOT NULL,
    city_code       NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_surveys_partner ON surveys (partner_id, survey_month);
CREATE INDEX ix_surveys_month ON surveys (survey_month, organisation_id, id);

-- What a running import has counted so far, moved on in each step's transaction.
CREATE TABLE survey_imports (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    result       VARBINARY(MAX) NOT NULL
);

-- Each finished submission of a centre's month: the version of its event.
CREATE TABLE survey_submissions (
    organisation_id NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    survey_month    NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, survey_month)
);

CREATE TABLE visits (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_name    NVARCHAR(200) NOT NULL,
    organisation_id NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    staff_name      NVARCHAR(200) NOT NULL,
    kind            NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    state           NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    planned_date    DATE NOT NULL,
    due_us          BIGINT NOT NULL,
    purpose         NVARCHAR(1000) NOT NULL,
    signed_client   BIGINT NOT NULL,
    contact         NVARCHAR(200) NOT NULL,
    contact_title   NVARCHAR(200) NOT NULL,
    phone           NVARCHAR(200) NOT NULL,
    talk_us         BIGINT NULL,
    content         NVARCHAR(MAX) NOT NULL,
    next_visit_date DATE NULL,
    remark          NVARCHAR(1000) NOT NULL,
    cancel_reason   NVARCHAR(1000) NOT NULL,
    reported_us     BIGINT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE INDEX ix_visits_due ON visits (due_us) WHERE state = 'planned';
CREATE INDEX ix_visits_date ON visits (planned_date, id);
CREATE INDEX ix_visits_partner ON visits (partner_id, id);

CREATE TABLE territories (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    city_code        NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    agreement_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state            NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    live             BIGINT NOT NULL,
    reserve_until_us BIGINT NOT NULL,
    organisation_id  NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path       NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version          BIGINT NOT NULL,
    created_us       BIGINT NOT NULL,
    updated_us       BIGINT NOT NULL
);
-- One reserved or active city agent for each city, whatever happens.
CREATE UNIQUE INDEX ux_territories_live ON territories (city_code) WHERE live = 1;
CREATE INDEX ix_territories_due ON territories (reserve_until_us) WHERE state = 'reserved';
CREATE INDEX ix_territories_partner ON territories (partner_id);

CREATE TABLE territory_conflicts (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    city_code       NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    holder_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    claimant_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    agreement_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    is_open         BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL
);
-- The same agreement claiming again is the same conflict.
CREATE UNIQUE INDEX ux_territory_conflicts_open ON territory_conflicts (city_code, agreement_id) WHERE is_open = 1;

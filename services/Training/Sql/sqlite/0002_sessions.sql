-- Courses that give certificates, and are retired.
ALTER TABLE courses ADD pass_score INTEGER NOT NULL DEFAULT 0;
ALTER TABLE courses ADD validity_months INTEGER NOT NULL DEFAULT 0;
ALTER TABLE courses ADD retired INTEGER NOT NULL DEFAULT 0;

-- The session that answers a request; one of its own has the request's id.
ALTER TABLE training_requests ADD session_id TEXT NULL;

-- What Dealer last told of a partner, so that what is written about it later stands where it belongs.
CREATE TABLE partners (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    scope_path   TEXT    NOT NULL,
    assignee_id  TEXT    NULL
);
CREATE INDEX ix_partners_name ON partners (name);

CREATE TABLE lecturers (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    display_name    TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    courses         TEXT    NOT NULL,
    windows         TEXT    NOT NULL,
    introduction    TEXT    NOT NULL,
    retired         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);

-- An absence takes the lecturer's time as a training does: it has a row of bookings under its own id.
CREATE TABLE absences (
    id          TEXT    NOT NULL PRIMARY KEY,
    lecturer_id TEXT    NOT NULL,
    start_us    INTEGER NOT NULL,
    end_us      INTEGER NOT NULL,
    reason      TEXT    NOT NULL
);
CREATE INDEX ix_absences_lecturer ON absences (lecturer_id, end_us);

CREATE TABLE rooms (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    organisation_id TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    name            TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    capacity        INTEGER NOT NULL,
    equipment       TEXT    NOT NULL,
    closed          INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_rooms_name ON rooms (organisation_id, name);

CREATE TABLE training_sessions (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    organisation_id TEXT    NOT NULL,
    course_id       TEXT    NOT NULL,
    way             TEXT    NOT NULL,
    lecturer_id     TEXT    NULL,
    lecturer_name   TEXT    NOT NULL,
    provider        TEXT    NOT NULL,
    room_id         TEXT    NULL,
    place           TEXT    NOT NULL,
    link            TEXT    NOT NULL,
    start_us        INTEGER NOT NULL,
    end_us          INTEGER NOT NULL,
    capacity        INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    effect          INTEGER NOT NULL,
    feedback        TEXT    NOT NULL,
    plan_item_id    TEXT    NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE INDEX ix_training_sessions_scope ON training_sessions (scope_path);
CREATE INDEX ix_training_sessions_lecturer ON training_sessions (lecturer_id, start_us);
CREATE INDEX ix_training_sessions_plan_item ON training_sessions (plan_item_id);

-- The growth file 成长档案 of a person: known by telephone and name, else by employer and name.
CREATE TABLE trainee_files (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    identity_key TEXT    NOT NULL,
    display_name TEXT    NOT NULL,
    phone        TEXT    NOT NULL,
    position     TEXT    NOT NULL,
    partner_id   TEXT    NULL,
    partner_name TEXT    NOT NULL,
    scope_path   TEXT    NOT NULL,
    assignee_id  TEXT    NULL,
    created_us   INTEGER NOT NULL,
    updated_us   INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_trainee_files_identity ON trainee_files (identity_key);
CREATE INDEX ix_trainee_files_partner ON trainee_files (partner_id);
CREATE INDEX ix_trainee_files_scope ON trainee_files (scope_path);

-- For whom a person worked, from the first training on.
CREATE TABLE employments (
    id           TEXT    NOT NULL PRIMARY KEY,
    trainee_id   TEXT    NOT NULL,
    partner_id   TEXT    NULL,
    partner_name TEXT    NOT NULL,
    position     TEXT    NOT NULL,
    from_date    TEXT    NULL,
    until_date   TEXT    NULL
);
CREATE INDEX ix_employments_trainee ON employments (trainee_id);
CREATE INDEX ix_employments_partner ON employments (partner_id);

-- The roster 签到表.
CREATE TABLE enrolments (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    session_id   TEXT    NOT NULL,
    trainee_id   TEXT    NOT NULL,
    trainee_name TEXT    NOT NULL,
    position     TEXT    NOT NULL,
    partner_id   TEXT    NULL,
    partner_name TEXT    NOT NULL,
    scope_path   TEXT    NOT NULL,
    assignee_id  TEXT    NULL,
    attendance   TEXT    NOT NULL,
    score        INTEGER NULL,
    created_us   INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_enrolments_trainee ON enrolments (session_id, trainee_id);
CREATE INDEX ix_enrolments_trainee ON enrolments (trainee_id);
CREATE INDEX ix_enrolments_partner ON enrolments (partner_id);
CREATE INDEX ix_enrolments_scope ON enrolments (scope_path);
GO

-- What was scheduled before is a session of its own now, with its roster.
UPDATE training_requests SET session_id = id WHERE start_us IS NOT NULL;

INSERT INTO training_sessions (id, version, scope_path, assignee_id, organisation_id, course_id, way, lecturer_id, lecturer_name, provider, room_id, place, link,
    start_us, end_us, capacity, state, reason, effect, feedback, plan_item_id, created_us, updated_us)
SELECT id, 1, scope_path, assignee_id, '', course_id, way, lecturer_id, '', '', NULL, place, '', start_us, end_us, expected,
    CASE state WHEN 'evaluated' THEN 'closed' WHEN 'filed' THEN 'closed' ELSE state END, reason, effect, feedback, NULL, created_us, updated_us
FROM training_requests WHERE start_us IS NOT NULL;

INSERT INTO trainee_files (id, version, identity_key, display_name, phone, position, partner_id, partner_name, scope_path, assignee_id, created_us, updated_us)
SELECT MIN(CONCAT(t.request_id, '-', 1000 + t.ordinal)), 1, CONCAT('at:', r.partner_id, ':', t.name), MIN(t.name), '', MIN(t.position), MIN(r.partner_id),
    MIN(r.partner_name), MIN(r.scope_path), MIN(r.assignee_id), MIN(r.created_us), MIN(r.updated_us)
FROM trainees t JOIN training_requests r ON r.id = t.request_id
GROUP BY CONCAT('at:', r.partner_id, ':', t.name);

INSERT INTO enrolments (id, version, session_id, trainee_id, trainee_name, position, partner_id, partner_name, scope_path, assignee_id, attendance, score, created_us)
SELECT MIN(CONCAT(t.request_id, '-', 1000 + t.ordinal)), 1, t.request_id, f.id, MIN(t.name), MIN(t.position), MIN(r.partner_id), MIN(r.partner_name), MIN(r.scope_path),
    MIN(r.assignee_id), CASE MAX(t.attended) WHEN 1 THEN 'attended' ELSE 'absent' END, MAX(t.score), MIN(r.updated_us)
FROM trainees t JOIN training_requests r ON r.id = t.request_id JOIN trainee_files f ON f.identity_key = CONCAT('at:', r.partner_id, ':', t.name)
GROUP BY t.request_id, f.id;

INSERT INTO employments (id, trainee_id, partner_id, partner_name, position, from_date, until_date)
SELECT id, id, partner_id, partner_name, position, NULL, NULL FROM trainee_files;

CREATE TABLE courses (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    title      TEXT    NOT NULL,
    content    TEXT    NOT NULL,
    minutes    INTEGER NOT NULL,
    created_us INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_courses_title ON courses (title);

CREATE TABLE training_requests (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    partner_id      TEXT    NOT NULL,
    partner_name    TEXT    NOT NULL,
    partner_version INTEGER NOT NULL,
    course_id       TEXT    NOT NULL,
    expected        INTEGER NOT NULL,
    wish_us         INTEGER NOT NULL,
    place           TEXT    NOT NULL,
    contact         TEXT    NOT NULL,
    phone           TEXT    NOT NULL,
    way             TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    lecturer_id     TEXT    NULL,
    start_us        INTEGER NULL,
    end_us          INTEGER NULL,
    effect          INTEGER NOT NULL DEFAULT 0,
    feedback        TEXT    NOT NULL DEFAULT '',
    reason          TEXT    NOT NULL DEFAULT '',
    requester       TEXT    NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE INDEX ix_training_requests_scope ON training_requests (scope_path);
CREATE INDEX ix_training_requests_partner ON training_requests (partner_id);

CREATE TABLE trainees (
    request_id TEXT    NOT NULL,
    ordinal    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    position   TEXT    NOT NULL,
    attended   INTEGER NOT NULL,
    score      INTEGER NULL,
    PRIMARY KEY (request_id, ordinal)
);

-- A lecturer's or a place's time that is taken.
CREATE TABLE bookings (
    resource_key TEXT    NOT NULL,
    request_id   TEXT    NOT NULL,
    start_us     INTEGER NOT NULL,
    end_us       INTEGER NOT NULL,
    PRIMARY KEY (resource_key, request_id)
);

-- One row for each lecturer and place: updating it first makes bookings of the same one wait for each other.
CREATE TABLE booking_locks (
    resource_key TEXT    NOT NULL PRIMARY KEY,
    taken        INTEGER NOT NULL
);

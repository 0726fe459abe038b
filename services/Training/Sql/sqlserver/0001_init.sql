CREATE TABLE courses (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    title      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    content    NVARCHAR(2000) NOT NULL,
    minutes    BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_courses_title ON courses (title);

CREATE TABLE training_requests (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_name    NVARCHAR(400) NOT NULL,
    partner_version BIGINT NOT NULL,
    course_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    expected        BIGINT NOT NULL,
    wish_us         BIGINT NOT NULL,
    place           NVARCHAR(400) NOT NULL,
    contact         NVARCHAR(400) NOT NULL,
    phone           NVARCHAR(400) NOT NULL,
    way             NVARCHAR(400) NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    lecturer_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    start_us        BIGINT NULL,
    end_us          BIGINT NULL,
    effect          BIGINT NOT NULL DEFAULT 0,
    feedback        NVARCHAR(2000) NOT NULL DEFAULT '',
    reason          NVARCHAR(500) NOT NULL DEFAULT '',
    requester       NVARCHAR(400) NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE INDEX ix_training_requests_scope ON training_requests (scope_path);
CREATE INDEX ix_training_requests_partner ON training_requests (partner_id);

CREATE TABLE trainees (
    request_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal    BIGINT NOT NULL,
    name       NVARCHAR(400) NOT NULL,
    position   NVARCHAR(400) NOT NULL,
    attended   BIGINT NOT NULL,
    score      BIGINT NULL,
    PRIMARY KEY (request_id, ordinal)
);

-- A lecturer's or a place's time that is taken.
CREATE TABLE bookings (
    resource_key NVARCHAR(300) COLLATE Latin1_General_BIN2 NOT NULL,
    request_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    start_us     BIGINT NOT NULL,
    end_us       BIGINT NOT NULL,
    PRIMARY KEY (resource_key, request_id)
);

-- One row for each lecturer and place: updating it first makes bookings of the same one wait for each other.
CREATE TABLE booking_locks (
    resource_key NVARCHAR(300) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    taken        BIGINT NOT NULL
);

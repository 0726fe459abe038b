CREATE TABLE certificates (
    id              TEXT    NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    number          TEXT    NOT NULL,
    enrolment_id    TEXT    NOT NULL,
    trainee_id      TEXT    NOT NULL,
    holder_name     TEXT    NOT NULL,
    course_id       TEXT    NOT NULL,
    course_title    TEXT    NOT NULL,
    session_id      TEXT    NOT NULL,
    organisation_id TEXT    NOT NULL,
    partner_id      TEXT    NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    issue_date      TEXT    NOT NULL,
    expiry_date     TEXT    NULL,
    remind_date     TEXT    NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    renewed_by      TEXT    NULL,
    created_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_certificates_number ON certificates (number);
CREATE UNIQUE INDEX ux_certificates_enrolment ON certificates (enrolment_id);
CREATE INDEX ix_certificates_trainee ON certificates (trainee_id, course_id);
CREATE INDEX ix_certificates_partner ON certificates (partner_id);
CREATE INDEX ix_certificates_scope ON certificates (scope_path);
CREATE INDEX ix_certificates_expiry ON certificates (state, expiry_date);
CREATE INDEX ix_certificates_remind ON certificates (state, remind_date);

-- The last number of an organisation and year: the row makes those who issue at once wait for each other.
CREATE TABLE certificate_counters (
    organisation_id TEXT    NOT NULL,
    issue_year      INTEGER NOT NULL,
    last_number     INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, issue_year)
);

-- Effect evaluations 效果评估; whose they are says the enrolment.
CREATE TABLE evaluations (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    session_id   TEXT    NOT NULL,
    enrolment_id TEXT    NOT NULL,
    round        TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    due_us       INTEGER NOT NULL,
    invite_us    INTEGER NOT NULL,
    mark_content INTEGER NOT NULL,
    lecturer     INTEGER NOT NULL,
    usefulness   INTEGER NOT NULL,
    comment      TEXT    NOT NULL,
    answered_us  INTEGER NULL
);
CREATE UNIQUE INDEX ux_evaluations_round ON evaluations (enrolment_id, round);
CREATE INDEX ix_evaluations_session ON evaluations (session_id);
CREATE INDEX ix_evaluations_due ON evaluations (state, due_us);

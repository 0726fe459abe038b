CREATE TABLE certificates (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    number NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    enrolment_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    trainee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    holder_name NVARCHAR(400) NOT NULL,
    course_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    course_title NVARCHAR(400) NOT NULL,
    session_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    scope_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    issue_date DATE NOT NULL,
    expiry_date DATE NULL,
    remind_date DATE NULL,
    state NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    reason NVARCHAR(500) NOT NULL,
    renewed_by NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    created_us BIGINT NOT NULL
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
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    issue_year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, issue_year)
);

-- Effect evaluations 效果评估; whose they are says the enrolment.
CREATE TABLE evaluations (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    session_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    enrolment_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    round NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    due_us BIGINT NOT NULL,
    invite_us BIGINT NOT NULL,
    mark_content BIGINT NOT NULL,
    lecturer BIGINT NOT NULL,
    usefulness BIGINT NOT NULL,
    comment NVARCHAR(4000) NOT NULL,
    answered_us BIGINT NULL
);
CREATE UNIQUE INDEX ux_evaluations_round ON evaluations (enrolment_id, round);
CREATE INDEX ix_evaluations_session ON evaluations (session_id);
CREATE INDEX ix_evaluations_due ON evaluations (state, due_us);

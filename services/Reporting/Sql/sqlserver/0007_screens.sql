-- Training sessions 培训场次 as Training told of them; an organisation's own, or of one partner's request.
CREATE TABLE training_sessions (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    course_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    way             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    lecturer_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    start_us        BIGINT NOT NULL,
    enrolled        BIGINT NOT NULL,
    attended        BIGINT NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL
);
CREATE INDEX ix_training_sessions_start ON training_sessions (start_us);
CREATE INDEX ix_training_sessions_scope ON training_sessions (scope_path);

-- What people said of a session.
CREATE TABLE training_evaluations (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    session_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    round      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    content    BIGINT NOT NULL,
    lecturer   BIGINT NOT NULL,
    usefulness BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX ix_training_evaluations_session ON training_evaluations (session_id);

-- Certificates 证书; those of our own people have no partner.
CREATE TABLE certificates (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    number      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    trainee_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    course_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    issue_date  DATE NOT NULL,
    expiry_date DATE NULL,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version     BIGINT NOT NULL
);
CREATE INDEX ix_certificates_issued ON certificates (issue_date);
CREATE INDEX ix_certificates_expiry ON certificates (expiry_date);
CREATE INDEX ix_certificates_partner ON certificates (partner_id);
CREATE INDEX ix_certificates_scope ON certificates (scope_path);

-- Each time a ticket went from one step to the next 流转, by the version that the ticket had then.
CREATE TABLE ticket_hand_offs (
    ticket_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version   BIGINT NOT NULL,
    from_step NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    move      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    to_step   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    minutes   BIGINT NOT NULL,
    at_us     BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, version)
);
CREATE INDEX ix_ticket_hand_offs_at ON ticket_hand_offs (at_us);

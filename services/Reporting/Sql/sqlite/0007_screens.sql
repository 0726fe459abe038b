-- Training sessions 培训场次 as Training told of them; an organisation's own, or of one partner's request.
CREATE TABLE training_sessions (
    id              TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    course_id       TEXT NOT NULL,
    way             TEXT NOT NULL,
    state           TEXT NOT NULL,
    lecturer_id     TEXT NULL,
    start_us        INTEGER NOT NULL,
    enrolled        INTEGER NOT NULL,
    attended        INTEGER NOT NULL,
    scope_path      TEXT NOT NULL,
    assignee_id     TEXT NULL,
    version         INTEGER NOT NULL
);
CREATE INDEX ix_training_sessions_start ON training_sessions (start_us);
CREATE INDEX ix_training_sessions_scope ON training_sessions (scope_path);

-- What people said of a session.
CREATE TABLE training_evaluations (
    id         TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    round      TEXT NOT NULL,
    state      TEXT NOT NULL,
    content    INTEGER NOT NULL,
    lecturer   INTEGER NOT NULL,
    usefulness INTEGER NOT NULL,
    version    INTEGER NOT NULL
);
CREATE INDEX ix_training_evaluations_session ON training_evaluations (session_id);

-- Certificates 证书; those of our own people have no partner.
CREATE TABLE certificates (
    id          TEXT NOT NULL PRIMARY KEY,
    number      TEXT NOT NULL,
    state       TEXT NOT NULL,
    trainee_id  TEXT NOT NULL,
    partner_id  TEXT NULL,
    course_id   TEXT NOT NULL,
    issue_date  TEXT NOT NULL,
    expiry_date TEXT NULL,
    scope_path  TEXT NOT NULL,
    assignee_id TEXT NULL,
    version     INTEGER NOT NULL
);
CREATE INDEX ix_certificates_issued ON certificates (issue_date);
CREATE INDEX ix_certificates_expiry ON certificates (expiry_date);
CREATE INDEX ix_certificates_partner ON certificates (partner_id);
CREATE INDEX ix_certificates_scope ON certificates (scope_path);

-- Each time a ticket went from one step to the next 流转, by the version that the ticket had then.
CREATE TABLE ticket_hand_offs (
    ticket_id TEXT NOT NULL,
    version   INTEGER NOT NULL,
    from_step TEXT NOT NULL,
    move      TEXT NOT NULL,
    to_step   TEXT NOT NULL,
    minutes   INTEGER NOT NULL,
    at_us     INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, version)
);
CREATE INDEX ix_ticket_hand_offs_at ON ticket_hand_offs (at_us);

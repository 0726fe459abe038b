-- The question bank 题库. Options and right answers as JSON arrays.
CREATE TABLE questions (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    course_id  TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    options    TEXT    NOT NULL,
    answers    TEXT    NOT NULL,
    points     INTEGER NOT NULL,
    retired    INTEGER NOT NULL,
    created_us INTEGER NOT NULL
);
CREATE INDEX ix_questions_course ON questions (course_id, id);

-- A session's test; the questions as they were when it was made, as JSON.
CREATE TABLE exams (
    id           TEXT    NOT NULL PRIMARY KEY,
    session_id   TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    pass_score   INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    questions    TEXT    NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE INDEX ix_exams_session ON exams (session_id);

-- The ordinal is unique for each person: the same attempt is never counted twice.
CREATE TABLE attempts (
    id           TEXT    NOT NULL PRIMARY KEY,
    exam_id      TEXT    NOT NULL,
    enrolment_id TEXT    NOT NULL,
    ordinal      INTEGER NOT NULL,
    score        INTEGER NOT NULL,
    passed       INTEGER NOT NULL,
    answers      TEXT    NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_attempts_ordinal ON attempts (exam_id, enrolment_id, ordinal);
CREATE INDEX ix_attempts_enrolment ON attempts (enrolment_id);

-- The question bank 题库. Options and right answers as JSON arrays.
CREATE TABLE questions (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    course_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    text NVARCHAR(4000) NOT NULL,
    options NVARCHAR(MAX) NOT NULL,
    answers NVARCHAR(MAX) NOT NULL,
    points BIGINT NOT NULL,
    retired BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX ix_questions_course ON questions (course_id, id);

-- A session's test; the questions as they were when it was made, as JSON.
CREATE TABLE exams (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    session_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    title NVARCHAR(400) NOT NULL,
    pass_score BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    questions NVARCHAR(MAX) NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX ix_exams_session ON exams (session_id);

-- The ordinal is unique for each person: the same attempt is never counted twice.
CREATE TABLE attempts (
    id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    exam_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    enrolment_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal BIGINT NOT NULL,
    score BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    answers NVARCHAR(MAX) NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_attempts_ordinal ON attempts (exam_id, enrolment_id, ordinal);
CREATE INDEX ix_attempts_enrolment ON attempts (enrolment_id);

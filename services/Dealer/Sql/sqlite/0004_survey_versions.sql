-- Each survey as it stood until it was changed; when a shop was said to be a target and why; an import's file and every fault of its rows.
ALTER TABLE surveys ADD COLUMN source TEXT NOT NULL DEFAULT 'unspecified';
ALTER TABLE surveys ADD COLUMN editor_name TEXT NOT NULL DEFAULT '';

CREATE TABLE survey_versions (
    survey_id     TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    province      TEXT    NOT NULL,
    city          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    brands        TEXT    NOT NULL,
    annual_volume INTEGER NULL,
    address       TEXT    NOT NULL,
    contact       TEXT    NOT NULL,
    phone         TEXT    NOT NULL,
    is_target     INTEGER NULL,
    advantage     TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    editor_name   TEXT    NOT NULL,
    updated_us    INTEGER NOT NULL,
    PRIMARY KEY (survey_id, version)
);

CREATE TABLE survey_marks (
    id           TEXT    NOT NULL PRIMARY KEY,
    partner_id   TEXT    NOT NULL,
    survey_id    TEXT    NOT NULL,
    survey_month TEXT    NOT NULL,
    is_target    INTEGER NULL,
    was_target   INTEGER NULL,
    reason       TEXT    NOT NULL,
    author_name  TEXT    NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE INDEX ix_survey_marks_partner ON survey_marks (partner_id, id);

CREATE TABLE survey_import_files (
    operation_id TEXT    NOT NULL PRIMARY KEY,
    survey_month TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE INDEX ix_survey_import_files_age ON survey_import_files (created_us);

CREATE TABLE survey_import_faults (
    operation_id TEXT    NOT NULL,
    line         INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    header       TEXT    NOT NULL,
    message_zh   TEXT    NOT NULL,
    message_en   TEXT    NOT NULL,
    PRIMARY KEY (operation_id, line, place)
);

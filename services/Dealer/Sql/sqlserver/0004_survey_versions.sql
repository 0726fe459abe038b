-- Each survey as it stood until it was changed; when a shop was said to be a target and why; an import's file and every fault of its rows.
ALTER TABLE surveys ADD source NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT 'unspecified';
ALTER TABLE surveys ADD editor_name NVARCHAR(200) NOT NULL DEFAULT '';

CREATE TABLE survey_versions (
    survey_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version       BIGINT NOT NULL,
    province      NVARCHAR(200) NOT NULL,
    city          NVARCHAR(200) NOT NULL,
    name          NVARCHAR(200) NOT NULL,
    brands        NVARCHAR(200) NOT NULL,
    annual_volume BIGINT NULL,
    address       NVARCHAR(400) NOT NULL,
    contact       NVARCHAR(200) NOT NULL,
    phone         NVARCHAR(200) NOT NULL,
    is_target     BIGINT NULL,
    advantage     NVARCHAR(1000) NOT NULL,
    source        NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    editor_name   NVARCHAR(200) NOT NULL,
    updated_us    BIGINT NOT NULL,
    PRIMARY KEY (survey_id, version)
);

CREATE TABLE survey_marks (
    id           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    survey_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    survey_month NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    is_target    BIGINT NULL,
    was_target   BIGINT NULL,
    reason       NVARCHAR(1000) NOT NULL,
    author_name  NVARCHAR(200) NOT NULL,
    created_us   BIGINT NOT NULL
);
CREATE INDEX ix_survey_marks_partner ON survey_marks (partner_id, id);

CREATE TABLE survey_import_files (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    survey_month NVARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
    body         VARBINARY(MAX) NOT NULL,
    created_us   BIGINT NOT NULL
);
CREATE INDEX ix_survey_import_files_age ON survey_import_files (created_us);

CREATE TABLE survey_import_faults (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    line         BIGINT NOT NULL,
    place        BIGINT NOT NULL,
    header       NVARCHAR(200) NOT NULL,
    message_zh   NVARCHAR(1000) NOT NULL,
    message_en   NVARCHAR(1000) NOT NULL,
    PRIMARY KEY (operation_id, line, place)
);

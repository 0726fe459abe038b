-- Attachments 附件 of agreements; the content is a file named by its SHA-256, and may be that of several attachments.
CREATE TABLE attachments (
    id            TEXT    NOT NULL PRIMARY KEY,
    agreement_id  TEXT    NOT NULL REFERENCES agreements (id),
    file_name     TEXT    NOT NULL,
    media_type    TEXT    NOT NULL,
    size_bytes    INTEGER NOT NULL,
    sha256        TEXT    NOT NULL,
    uploader_id   TEXT    NOT NULL,
    uploader_name TEXT    NOT NULL,
    created_us    INTEGER NOT NULL
);
CREATE INDEX ix_attachments_agreement ON attachments (agreement_id, id);
CREATE INDEX ix_attachments_content ON attachments (sha256);

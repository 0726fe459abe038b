-- Attachments 附件 of agreements; the content is a file named by its SHA-256, and may be that of several attachments.
CREATE TABLE attachments (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    agreement_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES agreements (id),
    file_name     NVARCHAR(400) NOT NULL,
    media_type    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    size_bytes    BIGINT NOT NULL,
    sha256        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    uploader_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    uploader_name NVARCHAR(400) NOT NULL,
    created_us    BIGINT NOT NULL
);
CREATE INDEX ix_attachments_agreement ON attachments (agreement_id, id);
CREATE INDEX ix_attachments_content ON attachments (sha256);

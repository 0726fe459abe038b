-- Queues 队列 and who takes their tickets; templates for answers 答复模板; files of tickets 附件.
CREATE TABLE queues (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    display_name    NVARCHAR(400) NOT NULL,
    kinds           NVARCHAR(2000) NOT NULL,
    auto_assign     BIGINT NOT NULL,
    turns           BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);

CREATE TABLE queue_members (
    queue_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    staff_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    staff_name NVARCHAR(400) NOT NULL,
    skills     NVARCHAR(MAX) NOT NULL,
    capacity   BIGINT NOT NULL,
    last_us    BIGINT NOT NULL,
    PRIMARY KEY (queue_id, staff_id)
);

CREATE TABLE answer_templates (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    display_name    NVARCHAR(400) NOT NULL,
    body            NVARCHAR(MAX) NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);

-- The content is a file named by its SHA-256, and may be that of several.
CREATE TABLE ticket_attachments (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    ticket_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    file_name     NVARCHAR(400) NOT NULL,
    media_type    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    size_bytes    BIGINT NOT NULL,
    sha256        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    internal      BIGINT NOT NULL,
    uploader_name NVARCHAR(400) NOT NULL,
    created_us    BIGINT NOT NULL
);
CREATE INDEX ix_ticket_attachments_ticket ON ticket_attachments (ticket_id, id);
CREATE INDEX ix_ticket_attachments_content ON ticket_attachments (sha256);

-- Statistics ask for tickets by the day they were opened.
CREATE INDEX ix_tickets_opened ON tickets (opened_us);

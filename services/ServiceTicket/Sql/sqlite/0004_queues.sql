-- Queues 队列 and who takes their tickets; templates for answers 答复模板; files of tickets 附件.
CREATE TABLE queues (
    id              TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    scope_path      TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    kinds           TEXT NOT NULL,
    auto_assign     INTEGER NOT NULL,
    turns           INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE queue_members (
    queue_id   TEXT NOT NULL,
    staff_id   TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    skills     TEXT NOT NULL,
    capacity   INTEGER NOT NULL,
    last_us    INTEGER NOT NULL,
    PRIMARY KEY (queue_id, staff_id)
) WITHOUT ROWID;

CREATE TABLE answer_templates (
    id              TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    scope_path      TEXT NOT NULL,
    kind            TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    body            TEXT NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
) WITHOUT ROWID;

-- The content is a file named by its SHA-256, and may be that of several.
CREATE TABLE ticket_attachments (
    id            TEXT NOT NULL PRIMARY KEY,
    ticket_id     TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    size_bytes    INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    internal      INTEGER NOT NULL,
    uploader_name TEXT NOT NULL,
    created_us    INTEGER NOT NULL
);
CREATE INDEX ix_ticket_attachments_ticket ON ticket_attachments (ticket_id, id);
CREATE INDEX ix_ticket_attachments_content ON ticket_attachments (sha256);

-- Statistics ask for tickets by the day they were opened.
CREATE INDEX ix_tickets_opened ON tickets (opened_us);

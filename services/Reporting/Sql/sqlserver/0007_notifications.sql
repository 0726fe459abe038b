-- Notifications 通知: one row for each receiver of each piece of news. notice_key says what the news is, whichever event told it
-- and however often. Who lost the partner, or the place in the tree, does not see the row any more.
ALTER TABLE staff ADD email NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
CREATE INDEX ix_staff_scope ON staff (scope_path);

CREATE TABLE notifications (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    receiver_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    notice_key  NVARCHAR(250) COLLATE Latin1_General_BIN2 NOT NULL,
    kind        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    title_zh    NVARCHAR(300) NOT NULL,
    title_en    NVARCHAR(300) NOT NULL,
    text_zh     NVARCHAR(1000) NOT NULL,
    text_en     NVARCHAR(1000) NOT NULL,
    resource    NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    at_us       BIGINT NOT NULL,
    created_us  BIGINT NOT NULL,
    read_us     BIGINT NULL,
    UNIQUE (receiver_id, notice_key)
);
CREATE INDEX ix_notifications_receiver ON notifications (receiver_id, id);
CREATE INDEX ix_notifications_unread ON notifications (receiver_id, id) WHERE read_us IS NULL;
CREATE INDEX ix_notifications_recent ON notifications (receiver_id, created_us);
CREATE INDEX ix_notifications_created ON notifications (created_us);
CREATE INDEX ix_notifications_partner ON notifications (partner_id);
CREATE INDEX ix_notifications_scope ON notifications (scope_path);

-- What a person chose; who chose nothing has no row. muted and outward list kinds.
CREATE TABLE notification_preferences (
    staff_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    muted          NVARCHAR(2000) COLLATE Latin1_General_BIN2 NOT NULL,
    outward        NVARCHAR(2000) COLLATE Latin1_General_BIN2 NOT NULL,
    digest         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    digest_hour    BIGINT NOT NULL,
    next_digest_us BIGINT NULL,
    version        BIGINT NOT NULL
);
CREATE INDEX ix_notification_preferences_digest ON notification_preferences (next_digest_us) WHERE next_digest_us IS NOT NULL;

-- What leaves the house: a piece of news, or a digest of a period. due_us is when it is tried next; empty when it was sent or given up.
CREATE TABLE outward_messages (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    receiver_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    message_key NVARCHAR(250) COLLATE Latin1_General_BIN2 NOT NULL,
    subject     NVARCHAR(300) NOT NULL,
    body        NVARCHAR(MAX) NOT NULL,
    state       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    attempts    BIGINT NOT NULL,
    due_us      BIGINT NULL,
    last_error  NVARCHAR(500) NOT NULL,
    created_us  BIGINT NOT NULL,
    done_us     BIGINT NULL,
    UNIQUE (receiver_id, message_key)
);
CREATE INDEX ix_outward_messages_due ON outward_messages (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX ix_outward_messages_created ON outward_messages (created_us);

-- Notifications 通知: one row for each receiver of each piece of news. notice_key says what the news is, whichever event told it
-- and however often. Who lost the partner, or the place in the tree, does not see the row any more.
ALTER TABLE staff ADD email TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_staff_scope ON staff (scope_path);

CREATE TABLE notifications (
    id          TEXT NOT NULL PRIMARY KEY,
    receiver_id TEXT NOT NULL,
    notice_key  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    title_zh    TEXT NOT NULL,
    title_en    TEXT NOT NULL,
    text_zh     TEXT NOT NULL,
    text_en     TEXT NOT NULL,
    resource    TEXT NOT NULL,
    scope_path  TEXT NOT NULL,
    partner_id  TEXT NULL,
    at_us       INTEGER NOT NULL,
    created_us  INTEGER NOT NULL,
    read_us     INTEGER NULL,
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
    staff_id       TEXT NOT NULL PRIMARY KEY,
    muted          TEXT NOT NULL,
    outward        TEXT NOT NULL,
    digest         TEXT NOT NULL,
    digest_hour    INTEGER NOT NULL,
    next_digest_us INTEGER NULL,
    version        INTEGER NOT NULL
);
CREATE INDEX ix_notification_preferences_digest ON notification_preferences (next_digest_us) WHERE next_digest_us IS NOT NULL;

-- What leaves the house: a piece of news, or a digest of a period. due_us is when it is tried next; empty when it was sent or given up.
CREATE TABLE outward_messages (
    id          TEXT NOT NULL PRIMARY KEY,
    receiver_id TEXT NOT NULL,
    message_key TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    due_us      INTEGER NULL,
    last_error  TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    done_us     INTEGER NULL,
    UNIQUE (receiver_id, message_key)
);
CREATE INDEX ix_outward_messages_due ON outward_messages (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX ix_outward_messages_created ON outward_messages (created_us);

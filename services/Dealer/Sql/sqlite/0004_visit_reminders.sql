-- The next visits that reports promised; whose the client is, his is the reminder.
CREATE TABLE visit_reminders (
    id              TEXT    NOT NULL PRIMARY KEY,
    visit_id        TEXT    NOT NULL,
    partner_id      TEXT    NOT NULL,
    partner_name    TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    due_date        TEXT    NOT NULL,
    remind_us       INTEGER NULL,
    done_by         TEXT    NOT NULL,
    dismiss_reason  TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    assignee_id     TEXT    NULL,
    version         INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_visit_reminders_visit ON visit_reminders (visit_id);
CREATE INDEX ix_visit_reminders_due ON visit_reminders (remind_us) WHERE state = 'open' AND remind_us IS NOT NULL;
CREATE INDEX ix_visit_reminders_date ON visit_reminders (due_date, id);
CREATE INDEX ix_visit_reminders_partner ON visit_reminders (partner_id, state);
CREATE INDEX ix_visit_reminders_done ON visit_reminders (done_by);

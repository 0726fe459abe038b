-- The next visits that reports promised; whose the client is, his is the reminder.
CREATE TABLE visit_reminders (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    visit_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_name    NVARCHAR(200) NOT NULL,
    state           NVARCHAR(50) COLLATE Latin1_General_BIN2 NOT NULL,
    due_date        DATE NOT NULL,
    remind_us       BIGINT NULL,
    done_by         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    dismiss_reason  NVARCHAR(1000) NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version         BIGINT NOT NULL,
    created_us      BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_visit_reminders_visit ON visit_reminders (visit_id);
CREATE INDEX ix_visit_reminders_due ON visit_reminders (remind_us) WHERE state = 'open' AND remind_us IS NOT NULL;
CREATE INDEX ix_visit_reminders_date ON visit_reminders (due_date, id);
CREATE INDEX ix_visit_reminders_partner ON visit_reminders (partner_id, state);
CREATE INDEX ix_visit_reminders_done ON visit_reminders (done_by);

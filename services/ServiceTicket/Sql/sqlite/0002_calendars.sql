-- Working calendars 工作日历 as data, policies by credit grade; what a ticket's timer counts from, so that it can be counted anew.
CREATE TABLE service_calendars (
    id         TEXT NOT NULL PRIMARY KEY,
    scope_path TEXT NOT NULL,
    revisions  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_us INTEGER NOT NULL
) WITHOUT ROWID;
-- No revisions: the usual windows and the public holidays.
INSERT INTO service_calendars (id, scope_path, revisions, reason, version, updated_us) VALUES ('hq', '/hq/', '[]', '', 1, 0);

-- Calendars that were changed, and how far their tickets are counted anew.
CREATE TABLE calendar_recounts (
    id          TEXT NOT NULL PRIMARY KEY,
    calendar_id TEXT NOT NULL,
    after_id    TEXT NOT NULL
) WITHOUT ROWID;

ALTER TABLE sla_policies ADD COLUMN grade TEXT NOT NULL DEFAULT '';

ALTER TABLE tickets ADD COLUMN calendar_key TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN partner_grade TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN timer_from_us INTEGER NULL;
ALTER TABLE tickets ADD COLUMN timer_minutes INTEGER NULL;
-- Timers that ran before: nothing is left but their end.
UPDATE tickets SET timer_from_us = next_escalation_us, timer_minutes = 0 WHERE next_escalation_us IS NOT NULL;

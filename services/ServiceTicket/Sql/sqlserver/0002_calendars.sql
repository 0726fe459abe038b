-- Working calendars 工作日历 as data, policies by credit grade; what a ticket's timer counts from, so that it can be counted anew.
CREATE TABLE service_calendars (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    scope_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    revisions  NVARCHAR(MAX) NOT NULL,
    reason     NVARCHAR(400) NOT NULL,
    version    BIGINT NOT NULL,
    updated_us BIGINT NOT NULL
);
-- No revisions: the usual windows and the public holidays.
INSERT INTO service_calendars (id, scope_path, revisions, reason, version, updated_us) VALUES ('hq', '/hq/', '[]', '', 1, 0);

-- Calendars that were changed, and how far their tickets are counted anew.
CREATE TABLE calendar_recounts (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    calendar_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    after_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL
);

ALTER TABLE sla_policies ADD grade NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';

ALTER TABLE tickets ADD calendar_key NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD partner_grade NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE tickets ADD timer_from_us BIGINT NULL;
ALTER TABLE tickets ADD timer_minutes BIGINT NULL;
GO
-- Timers that ran before: nothing is left but their end.
UPDATE tickets SET timer_from_us = next_escalation_us, timer_minutes = 0 WHERE next_escalation_us IS NOT NULL;

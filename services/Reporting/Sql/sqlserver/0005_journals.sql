-- 销售日志: words are what the writer wrote; facts is the whole form as it was handed in, empty before. place_key says what there is
-- one of: writer, form and period. The writer's rank at that time decides who is superior to him.
CREATE TABLE journals (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    place_key       NVARCHAR(250) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    start_date      DATE NOT NULL,
    writer_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    writer_name     NVARCHAR(200) NOT NULL,
    writer_rank     BIGINT NOT NULL,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    words           NVARCHAR(MAX) NOT NULL,
    facts           NVARCHAR(MAX) NOT NULL,
    comment         NVARCHAR(1000) NOT NULL,
    reviewer_name   NVARCHAR(200) NOT NULL,
    submitted_us    BIGINT NULL,
    reviewed_us     BIGINT NULL,
    created_us      BIGINT NOT NULL,
    version         BIGINT NOT NULL
);
CREATE INDEX ix_journals_writer ON journals (writer_id, start_date);
CREATE INDEX ix_journals_start ON journals (start_date, id);

-- A writer's figures are found by him.
CREATE INDEX ix_visits_by_staff ON visits (staff_id, planned_date);
CREATE INDEX ix_partners_by_assignee ON partners (assignee_id);

-- The daily journal is fulfilled by the form itself, no longer by hand; what was made before stays as it was made. The weekly and
-- the monthly form were no duties until now; their days are inferred: Monday after the week, the 5th after the month.
UPDATE obligation_rules SET fulfilment = 'daily-journal-submitted', version = version + 1 WHERE code = 'work-journal' AND fulfilment = 'manual';
INSERT INTO obligation_rules (code, name_zh, name_en, personal, roles, recurrence, due_offset, due_month, due_day, shift, grace_days, due_soon_days, receivers, fulfilment, active, version) VALUES
('weekly-journal', N'周计划及检讨表', 'Weekly plan and review', 1, 'salesperson', 'weekly', 1, 1, 1, 'next', 0, 1, 'sales-manager', 'weekly-journal-submitted', 1, 1),
('monthly-journal', N'月度工作总结', 'Monthly summary of work', 1, 'salesperson', 'monthly', 1, 1, 5, 'next', 0, 3, 'sales-manager', 'monthly-journal-submitted', 1, 1);

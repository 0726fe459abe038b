-- Measured for each signed agreement: reported 报备 on the day it was signed or before; its original numbered and bound by the
-- 5th of the next month (until now a duty of the month, submitted by hand; what was made of that stays as it was made).
INSERT INTO obligation_rules (code, name_zh, name_en, personal, roles, recurrence, due_offset, due_month, due_day, shift, grace_days, due_soon_days, receivers, fulfilment, active, version) VALUES
('agreement-report', '签约报备', 'Deal reported before it is signed', 0, 'salesperson,sales-manager', 'agreement', 0, 1, 0, 'next', 0, 0, 'sales-manager', 'agreement-reported', 1, 1);
UPDATE obligation_rules SET recurrence = 'agreement', fulfilment = 'agreement-filed', version = version + 1 WHERE code = 'originals-bound' AND fulfilment = 'manual';

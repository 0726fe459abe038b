-- 核对往来账 is done when the Contract service says that every statement is agreed or settled, no longer by hand. The statements
-- are as of the end of June and December and the counterparts need time to answer: a month of grace, inferred.
UPDATE obligation_rules SET fulfilment = 'accounts-reconciled', grace_days = 31, version = version + 1
WHERE code = 'account-reconciliation' AND fulfilment = 'manual';

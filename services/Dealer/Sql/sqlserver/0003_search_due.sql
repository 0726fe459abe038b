-- By itself: SQL Server reads a whole script before it runs it, and the column is new.
CREATE INDEX ix_partners_unindexed ON partners (id) WHERE terms_version = 0;

-- What was done for an obligation, by its resource name; and why a superior let one off.
ALTER TABLE obligations ADD artefact NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE obligations ADD waived_us BIGINT NULL;
ALTER TABLE obligations ADD waiver_name NVARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE obligations ADD waiver_reason NVARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE obligation_submissions ADD artefact NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';

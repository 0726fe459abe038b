-- What was done for an obligation, by its resource name; and why a superior let one off.
ALTER TABLE obligations ADD artefact TEXT NOT NULL DEFAULT '';
ALTER TABLE obligations ADD waived_us INTEGER NULL;
ALTER TABLE obligations ADD waiver_name TEXT NOT NULL DEFAULT '';
ALTER TABLE obligations ADD waiver_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE obligation_submissions ADD artefact TEXT NOT NULL DEFAULT '';

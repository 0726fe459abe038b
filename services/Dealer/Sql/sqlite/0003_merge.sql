-- Merged partners lead to the one that stands for them; partners that were looked at and are not the same.
ALTER TABLE partners ADD COLUMN merged_into TEXT NULL;

CREATE TABLE distinct_partners (
    first_id   TEXT NOT NULL,
    second_id  TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (first_id, second_id)
);

-- Merged partners lead to the one that stands for them; partners that were looked at and are not the same.
ALTER TABLE partners ADD merged_into NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL;

CREATE TABLE distinct_partners (
    first_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    second_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (first_id, second_id)
);

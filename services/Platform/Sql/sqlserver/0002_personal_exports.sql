-- Who took personal data out of this service as a file.
CREATE TABLE personal_exports (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    at_us      BIGINT NOT NULL,
    actor      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    actor_name NVARCHAR(200) NOT NULL,
    action     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    filter     NVARCHAR(MAX) NOT NULL,
    row_count  BIGINT NOT NULL,
    source     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL
);

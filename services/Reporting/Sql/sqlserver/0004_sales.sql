-- Thousands of lines at once, streamed or from a file: how far an ingestion came, and what became of each line.
-- begun_by: "stream:" and the request_id, or "import:" and the operation.
CREATE TABLE sales_ingestions (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    owner      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    begun_by   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    lines_done BIGINT NOT NULL,
    stored     BIGINT NOT NULL,
    unchanged  BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    complete   BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    UNIQUE (owner, begun_by)
);
CREATE INDEX ix_sales_ingestions_created ON sales_ingestions (created_us);

-- A letter for each line: S stored, U unchanged, R refused.
CREATE TABLE sales_ingestion_pieces (
    ingestion_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    first_line   BIGINT NOT NULL,
    after_line   BIGINT NOT NULL,
    outcomes     NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (ingestion_id, first_line)
);

CREATE TABLE sales_ingestion_faults (
    ingestion_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    line         BIGINT NOT NULL,
    place        BIGINT NOT NULL,
    field        NVARCHAR(100) NOT NULL,
    reason       NVARCHAR(100) NOT NULL,
    message_zh   NVARCHAR(500) NOT NULL,
    message_en   NVARCHAR(500) NOT NULL,
    PRIMARY KEY (ingestion_id, line, place)
);

-- The file of an import, whose ingestion has the operation's id.
CREATE TABLE sales_import_files (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    body         VARBINARY(MAX) NOT NULL
);

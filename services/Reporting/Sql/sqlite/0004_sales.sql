-- Thousands of lines at once, streamed or from a file: how far an ingestion came, and what became of each line.
-- begun_by: "stream:" and the request_id, or "import:" and the operation.
CREATE TABLE sales_ingestions (
    id         TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL,
    begun_by   TEXT    NOT NULL,
    lines_done INTEGER NOT NULL,
    stored     INTEGER NOT NULL,
    unchanged  INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    complete   INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    updated_us INTEGER NOT NULL,
    UNIQUE (owner, begun_by)
);
CREATE INDEX ix_sales_ingestions_created ON sales_ingestions (created_us);

-- A letter for each line: S stored, U unchanged, R refused.
CREATE TABLE sales_ingestion_pieces (
    ingestion_id TEXT    NOT NULL,
    first_line   INTEGER NOT NULL,
    after_line   INTEGER NOT NULL,
    outcomes     TEXT    NOT NULL,
    PRIMARY KEY (ingestion_id, first_line)
) WITHOUT ROWID;

CREATE TABLE sales_ingestion_faults (
    ingestion_id TEXT    NOT NULL,
    line         INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    message_zh   TEXT    NOT NULL,
    message_en   TEXT    NOT NULL,
    PRIMARY KEY (ingestion_id, line, place)
) WITHOUT ROWID;

-- The file of an import, whose ingestion has the operation's id.
CREATE TABLE sales_import_files (
    operation_id TEXT NOT NULL PRIMARY KEY,
    body         BLOB NOT NULL
);

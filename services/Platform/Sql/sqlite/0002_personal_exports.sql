-- Who took personal data out of this service as a file.
CREATE TABLE personal_exports (
    id         TEXT    NOT NULL PRIMARY KEY,
    at_us      INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    actor_name TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    filter     TEXT    NOT NULL,
    row_count  INTEGER NOT NULL,
    source     TEXT    NOT NULL
);

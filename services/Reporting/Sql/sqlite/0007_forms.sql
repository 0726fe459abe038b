-- Sets of forms: what belongs into each, what became of it, and the files in pieces, so that no step holds more than one form.
CREATE TABLE form_sets (
    operation_id TEXT    NOT NULL PRIMARY KEY,
    file_name    TEXT    NOT NULL,
    complete     INTEGER NOT NULL,
    created_us   INTEGER NOT NULL
);
CREATE INDEX ix_form_sets_created ON form_sets (created_us);

-- state: pending, made or missing. crc is the CRC-32 of the file, as an archive names it.
CREATE TABLE form_set_items (
    operation_id      TEXT    NOT NULL,
    ordinal           INTEGER NOT NULL,
    kind              TEXT    NOT NULL,
    organisation_id   TEXT    NOT NULL,
    organisation_name TEXT    NOT NULL,
    resource          TEXT    NOT NULL,
    subject           TEXT    NOT NULL,
    period            TEXT    NOT NULL,
    file_name         TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    reason            TEXT    NOT NULL,
    size_bytes        INTEGER NOT NULL,
    crc               INTEGER NOT NULL,
    PRIMARY KEY (operation_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE form_set_pieces (
    operation_id TEXT    NOT NULL,
    ordinal      INTEGER NOT NULL,
    piece        INTEGER NOT NULL,
    body         BLOB    NOT NULL,
    PRIMARY KEY (operation_id, ordinal, piece)
);

-- Sets of forms: what belongs into each, what became of it, and the files in pieces, so that no step holds more than one form.
CREATE TABLE form_sets (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    file_name    NVARCHAR(400) NOT NULL,
    complete     INT NOT NULL,
    created_us   BIGINT NOT NULL
);
CREATE INDEX ix_form_sets_created ON form_sets (created_us);

-- state: pending, made or missing. crc is the CRC-32 of the file, as an archive names it.
CREATE TABLE form_set_items (
    operation_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal           BIGINT NOT NULL,
    kind              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_name NVARCHAR(400) NOT NULL,
    resource          NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
    subject           NVARCHAR(400) NOT NULL,
    period            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    file_name         NVARCHAR(400) NOT NULL,
    state             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    reason            NVARCHAR(2000) NOT NULL,
    size_bytes        BIGINT NOT NULL,
    crc               BIGINT NOT NULL,
    PRIMARY KEY (operation_id, ordinal)
);

CREATE TABLE form_set_pieces (
    operation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    ordinal      BIGINT NOT NULL,
    piece        BIGINT NOT NULL,
    body         VARBINARY(MAX) NOT NULL,
    PRIMARY KEY (operation_id, ordinal, piece)
);

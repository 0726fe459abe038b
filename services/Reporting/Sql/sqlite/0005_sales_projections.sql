-- How far the event log of each service was read: by a rebuild, and when looking for events that were never applied.
CREATE TABLE projection_sources (
    source         TEXT NOT NULL PRIMARY KEY,
    rebuild_cursor TEXT NOT NULL,
    lag_cursor     TEXT NOT NULL
);

-- A comparison of this picture with what the services hold; its id is the operation's.
CREATE TABLE projection_comparisons (
    id         TEXT    NOT NULL PRIMARY KEY,
    started_us INTEGER NOT NULL,
    ended_us   INTEGER NULL
);

CREATE TABLE projection_counts (
    comparison_id TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    theirs        INTEGER NOT NULL,
    ours          INTEGER NOT NULL,
    differences   INTEGER NOT NULL,
    PRIMARY KEY (comparison_id, kind)
) WITHOUT ROWID;

CREATE TABLE projection_differences (
    comparison_id TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    resource_id   TEXT    NOT NULL,
    difference    TEXT    NOT NULL,
    their_version INTEGER NOT NULL,
    our_version   INTEGER NOT NULL,
    theirs        TEXT    NOT NULL,
    ours          TEXT    NOT NULL,
    PRIMARY KEY (comparison_id, kind, resource_id)
) WITHOUT ROWID;

-- What a comparison that runs has seen at the service: what is not in here the service has not.
CREATE TABLE projection_seen (
    comparison_id TEXT NOT NULL,
    kind          TEXT NOT NULL,
    resource_id   TEXT NOT NULL,
    PRIMARY KEY (comparison_id, kind, resource_id)
) WITHOUT ROWID;

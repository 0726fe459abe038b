-- How far the event log of each service was read: by a rebuild, and when looking for events that were never applied.
CREATE TABLE projection_sources (
    source         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    rebuild_cursor NVARCHAR(2000) COLLATE Latin1_General_BIN2 NOT NULL,
    lag_cursor     NVARCHAR(2000) COLLATE Latin1_General_BIN2 NOT NULL
);

-- A comparison of this picture with what the services hold; its id is the operation's.
CREATE TABLE projection_comparisons (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    started_us BIGINT NOT NULL,
    ended_us   BIGINT NULL
);

CREATE TABLE projection_counts (
    comparison_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    theirs        BIGINT NOT NULL,
    ours          BIGINT NOT NULL,
    differences   BIGINT NOT NULL,
    PRIMARY KEY (comparison_id, kind)
);

CREATE TABLE projection_differences (
    comparison_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    resource_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    difference    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    their_version BIGINT NOT NULL,
    our_version   BIGINT NOT NULL,
    theirs        NVARCHAR(500) NOT NULL,
    ours          NVARCHAR(500) NOT NULL,
    PRIMARY KEY (comparison_id, kind, resource_id)
);

-- What a comparison that runs has seen at the service: what is not in here the service has not.
CREATE TABLE projection_seen (
    comparison_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    resource_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (comparison_id, kind, resource_id)
);

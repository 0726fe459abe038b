-- Where each organisation stands in the tree, as this service was last told.
CREATE TABLE places (
    id         NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    scope_path NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL
);

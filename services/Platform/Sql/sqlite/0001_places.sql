-- Where each organisation stands in the tree, as this service was last told.
CREATE TABLE places (
    id         TEXT    NOT NULL PRIMARY KEY,
    scope_path TEXT    NOT NULL,
    version    INTEGER NOT NULL
);

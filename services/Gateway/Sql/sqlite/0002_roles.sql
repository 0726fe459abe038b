-- What the company changed of the manuals' roles, and its own. Lists are separated by commas.
CREATE TABLE roles (
    id              TEXT    NOT NULL PRIMARY KEY,
    display_name    TEXT    NOT NULL,
    display_name_en TEXT    NOT NULL,
    granted         TEXT    NOT NULL,
    removed         TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
) WITHOUT ROWID;

-- The company's own roles of a user, between commas: ",partner-desk,".
ALTER TABLE users ADD COLUMN extra_roles TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;

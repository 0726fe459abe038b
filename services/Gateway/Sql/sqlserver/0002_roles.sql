-- What the company changed of the manuals' roles, and its own. Lists are separated by commas.
CREATE TABLE roles (
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    display_name    NVARCHAR(200) NOT NULL,
    display_name_en NVARCHAR(200) NOT NULL,
    granted         NVARCHAR(MAX) NOT NULL,
    removed         NVARCHAR(MAX) NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);

-- The company's own roles of a user, between commas: ",partner-desk,".
ALTER TABLE users ADD extra_roles NVARCHAR(1000) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
ALTER TABLE users ADD disabled BIGINT NOT NULL DEFAULT 0;

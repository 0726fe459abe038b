-- Where notifications go that are to leave the house.
ALTER TABLE staff ADD email NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';

-- Where notifications go that are to leave the house.
ALTER TABLE staff ADD email TEXT NOT NULL DEFAULT '';

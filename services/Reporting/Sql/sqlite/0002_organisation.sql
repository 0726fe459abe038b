-- An organisation that was closed owes nothing any more.
ALTER TABLE organisations ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;

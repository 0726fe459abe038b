-- An organisation that was closed owes nothing any more.
ALTER TABLE organisations ADD closed BIGINT NOT NULL DEFAULT 0;

-- Search: a row for each term of each partner, found by what a term begins with; see services/Dealer/Search.
-- terms_version: 0 until the partner is in the index; a new dictionary empties partner_terms and sets it to 0 again.
ALTER TABLE partners ADD COLUMN terms_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_partners_city ON partners (city_code, id);

CREATE TABLE partner_terms (
    tier       INTEGER NOT NULL,
    term       TEXT    NOT NULL,
    partner_id TEXT    NOT NULL,
    PRIMARY KEY (tier, term, partner_id)
) WITHOUT ROWID;

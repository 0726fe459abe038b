-- Search: a row for each term of each partner, found by what a term begins with; see services/Dealer/Search.
-- terms_version: 0 until the partner is in the index; a new dictionary empties partner_terms and sets it to 0 again.
ALTER TABLE partners ADD terms_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX ix_partners_city ON partners (city_code, id);

CREATE TABLE partner_terms (
    tier       BIGINT NOT NULL,
    term       NVARCHAR(60) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (tier, term, partner_id)
);

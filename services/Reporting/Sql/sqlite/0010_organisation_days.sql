-- The days' roll-up by the organisation that has the partner now: what a centre sells in a day is not read from its lines.
CREATE TABLE sales_organisation_days (
    organisation_id TEXT NOT NULL,
    day             TEXT NOT NULL,
    product_code    TEXT NOT NULL,
    quantity        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, day, product_code)
) WITHOUT ROWID;
INSERT INTO sales_organisation_days (organisation_id, day, product_code, quantity)
SELECT p.organisation_id, x.day, x.product_code, SUM(x.quantity) FROM daily_sales x JOIN partners p ON p.id = x.partner_id GROUP BY p.organisation_id, x.day, x.product_code;

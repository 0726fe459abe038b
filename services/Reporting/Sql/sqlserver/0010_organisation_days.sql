-- The days' roll-up by the organisation that has the partner now: what a centre sells in a day is not read from its lines.
CREATE TABLE sales_organisation_days (
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    day             DATE NOT NULL,
    product_code    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    quantity        BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, day, product_code)
);
INSERT INTO sales_organisation_days (organisation_id, day, product_code, quantity)
SELECT p.organisation_id, x.day, x.product_code, SUM(x.quantity) FROM daily_sales x JOIN partners p ON p.id = x.partner_id GROUP BY p.organisation_id, x.day, x.product_code;

-- The days' roll-up of the whole company, which knows no partners, so nothing of it moves when they do: the first screen need not read lines.
CREATE TABLE sales_days (
    day          TEXT NOT NULL,
    product_code TEXT NOT NULL,
    quantity     INTEGER NOT NULL,
    PRIMARY KEY (day, product_code)
) WITHOUT ROWID;
INSERT INTO sales_days (day, product_code, quantity) SELECT day, product_code, SUM(quantity) FROM daily_sales GROUP BY day, product_code;

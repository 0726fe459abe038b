-- The days' roll-up of the whole company, which knows no partners, so nothing of it moves when they do: the first screen need not read lines.
CREATE TABLE sales_days (
    day          DATE NOT NULL,
    product_code NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    quantity     BIGINT NOT NULL,
    PRIMARY KEY (day, product_code)
);
INSERT INTO sales_days (day, product_code, quantity) SELECT day, product_code, SUM(quantity) FROM daily_sales GROUP BY day, product_code;

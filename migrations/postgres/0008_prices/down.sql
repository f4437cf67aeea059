DROP INDEX observations_unpriced;
DROP INDEX observations_by_price;
DROP TABLE price_rows;
DROP TABLE price_tables;

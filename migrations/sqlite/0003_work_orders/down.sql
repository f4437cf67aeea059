DROP TABLE order_numbers;
DROP TABLE orders;

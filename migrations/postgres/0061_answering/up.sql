-- Whoever answers for an agent sees what it works on among their own.
CREATE INDEX orders_accountable ON orders (project, accountable, updated_at, order_id) WHERE accountable IS NOT NULL;

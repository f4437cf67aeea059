-- What an agent has claimed for somebody stands in its own list.
CREATE INDEX orders_claimed ON orders (project, claimed_by, updated_at, order_id) WHERE claimed_by IS NOT NULL;

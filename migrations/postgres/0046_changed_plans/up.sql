-- How often the plan of an order was changed since it was approved, while its work is not done: lists find what waits for a new approval.
ALTER TABLE orders ADD COLUMN plan_changes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_plan_changed ON orders (project, updated_at, order_id) WHERE plan_changes > 0;
-- Read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0 WHERE status IN ('approved', 'in_progress', 'on_hold');

-- What went wrong in an order, for lists: a failed step is settled and no progress.
ALTER TABLE orders ADD COLUMN steps_failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN steps_flagged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN items_failed INTEGER NOT NULL DEFAULT 0;
-- Read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0;

-- A criterion that nobody ticked, of an order that nobody says is completed, is no claim to judge yet.
ALTER TABLE claims ADD COLUMN unclaimed INTEGER NOT NULL DEFAULT 0 CHECK (unclaimed IN (0, 1));
-- Rows of older versions are read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0;

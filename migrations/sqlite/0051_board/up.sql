-- Why an order is on hold, for its card on the board.
ALTER TABLE orders ADD COLUMN hold_code TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
-- A lane of the board in its order: failed, then by due day (late first), then what changed last.
CREATE INDEX orders_on_board ON orders (project, status, (steps_failed = 0), (open_until IS NULL), open_until, updated_at DESC, order_id DESC);
-- How many of a state are late, counted in the index alone.
CREATE INDEX orders_late ON orders (project, status, open_until) WHERE open_until IS NOT NULL;
-- What somebody wrote, by state: the lanes of whoever sees only their own.
CREATE INDEX orders_of_owner_by_status ON orders (project, owner, status, updated_at, order_id);
-- The weeks of the calendar: how many on which day, and whose, are read off the index alone.
CREATE INDEX orders_by_due ON orders (project, due_at, open_until, assignee_account, assignee_name, order_id) WHERE due_at IS NOT NULL;
-- Open orders that nobody gave a day, counted in the index alone.
CREATE INDEX orders_without_day ON orders (project, updated_at, order_id, status, due_at, assignee_account)
    WHERE due_at IS NULL AND status IN ('draft', 'submitted', 'approved', 'in_progress', 'on_hold');
-- Read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0 WHERE status = 'on_hold';

-- Lists stay quick with a hundred thousand orders: each narrowing has an index that gives its rows in the order they are shown in.
-- `open_until`: when an order that is still to do is due; empty once nothing can be late any more.
ALTER TABLE orders ADD COLUMN open_until BIGINT;
UPDATE orders SET open_until = due_at WHERE status NOT IN ('completed', 'verified', 'closed', 'cancelled');
CREATE INDEX orders_open_until ON orders (project, open_until) WHERE open_until IS NOT NULL;
CREATE INDEX orders_of_assignee ON orders (project, assignee_account, updated_at, order_id);
CREATE INDEX orders_of_owner ON orders (project, owner, updated_at, order_id);
CREATE INDEX orders_of_type ON orders (project, order_type, updated_at, order_id);
DROP INDEX orders_by_status;
CREATE INDEX orders_by_status ON orders (project, status, updated_at, order_id);
CREATE INDEX orders_failed ON orders (project, updated_at, order_id) WHERE steps_failed > 0;
CREATE INDEX claims_to_judge ON claims (project, standing, materiality DESC, made_at, order_id, position, unclaimed)
    WHERE withdrawn_at IS NULL;

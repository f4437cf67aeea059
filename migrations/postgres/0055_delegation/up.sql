-- Which agent has claimed an order and until when, who answers for it, and how many questions wait. No order has any yet, so no
-- row is read anew.
ALTER TABLE orders ADD COLUMN claimed_by TEXT;
ALTER TABLE orders ADD COLUMN claimed_until BIGINT;
ALTER TABLE orders ADD COLUMN accountable TEXT;
ALTER TABLE orders ADD COLUMN open_questions BIGINT NOT NULL DEFAULT 0;
-- Questions that wait for an answer, found by the index alone.
CREATE INDEX orders_with_questions ON orders (project, updated_at, order_id, assignee_account, accountable) WHERE open_questions > 0;

-- A link can be joined by the trace under which a call was made.
ALTER TABLE links DROP CONSTRAINT links_how_check;
ALTER TABLE links ADD CONSTRAINT links_how_check CHECK (how IN ('hand', 'rule', 'traceparent'));

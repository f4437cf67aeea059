-- Which agent has claimed an order and until when, who answers for it, and how many questions wait. No order has any yet, so no
-- row is read anew.
ALTER TABLE orders ADD COLUMN claimed_by TEXT;
ALTER TABLE orders ADD COLUMN claimed_until INTEGER;
ALTER TABLE orders ADD COLUMN accountable TEXT;
ALTER TABLE orders ADD COLUMN open_questions INTEGER NOT NULL DEFAULT 0;
-- Questions that wait for an answer, found by the index alone.
CREATE INDEX orders_with_questions ON orders (project, updated_at, order_id, assignee_account, accountable) WHERE open_questions > 0;


-- A link can be joined by the trace under which a call was made. SQLite changes no condition of a table in place.
CREATE TABLE links_anew (
    project INTEGER NOT NULL,
    link_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    target_kind TEXT NOT NULL CHECK (target_kind IN ('order', 'step', 'item', 'criterion')),
    target_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('hand', 'rule', 'traceparent')),
    matched TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (project, link_id)
) STRICT;
INSERT INTO links_anew SELECT * FROM links;
DROP TABLE links;
ALTER TABLE links_anew RENAME TO links;
CREATE INDEX links_of_order ON links (project, order_id);
CREATE INDEX links_of_trace ON links (project, trace_id);

-- The list of orders in four orders, each page of it found from where the last one ended, among a hundred thousand orders.
--
-- By due day there are three parts, one behind the other: what is open and has a day (the latest first), what is open and has none, and what
-- is done. Each is asked for by itself and has its own index, so that no database has to say where an empty day sorts, and so that an old day
-- of an order that is done never stands as late. The words of the conditions here and in `work_orders::reads::sorted` must be the same.
DROP INDEX orders_open_until;
CREATE INDEX orders_open_until ON orders (project, open_until, order_id) WHERE open_until IS NOT NULL;
CREATE INDEX orders_undated ON orders (project, updated_at, order_id)
    WHERE open_until IS NULL AND status NOT IN ('completed', 'verified', 'closed', 'cancelled');
CREATE INDEX orders_done ON orders (project, updated_at, order_id)
    WHERE open_until IS NULL AND status IN ('completed', 'verified', 'closed', 'cancelled');
-- The most urgent first, each priority by due day.
CREATE INDEX orders_by_priority ON orders (project, priority, open_until, order_id) WHERE open_until IS NOT NULL;
CREATE INDEX orders_undated_by_priority ON orders (project, priority, updated_at, order_id)
    WHERE open_until IS NULL AND status NOT IN ('completed', 'verified', 'closed', 'cancelled');
CREATE INDEX orders_done_by_priority ON orders (project, priority, updated_at, order_id)
    WHERE open_until IS NULL AND status IN ('completed', 'verified', 'closed', 'cancelled');
-- A number as people count: year, then how many digits, then the digits. As text WO-2026-1000 would stand before WO-2026-999.
CREATE INDEX orders_by_number ON orders
    (project, (substr(number, 1, 8) || cast(length(ltrim(substr(number, 9), '0')) as text) || ltrim(substr(number, 9), '0')), number);
-- What the views narrow the list to, by due day.
CREATE INDEX orders_due_of_assignee ON orders (project, assignee_account, open_until, order_id) WHERE open_until IS NOT NULL;
CREATE INDEX orders_undated_of_assignee ON orders (project, assignee_account, updated_at, order_id)
    WHERE open_until IS NULL AND status NOT IN ('completed', 'verified', 'closed', 'cancelled');
CREATE INDEX orders_due_of_owner ON orders (project, owner, open_until, order_id) WHERE open_until IS NOT NULL;
CREATE INDEX orders_due_of_status ON orders (project, status, open_until, order_id) WHERE open_until IS NOT NULL;
CREATE INDEX orders_failed_by_due ON orders (project, open_until, order_id) WHERE steps_failed > 0;

-- Views people keep of the list: a name for a question. No fact of an order, so no event.
CREATE TABLE order_views (
    project BIGINT NOT NULL,
    view_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The filters in the address of the list, as our own reader writes them.
    query TEXT NOT NULL,
    shared_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, view_id)
);

-- What belongs to one order is found by that order, however much its project holds. With the standing and the importance in it, this index is
-- the narrower one also where those are asked for; without them `claims_to_judge` won and read every open claim of the project.
DROP INDEX claims_of_order;
CREATE INDEX claims_of_order ON claims (project, order_id, standing, materiality);
CREATE INDEX exceptions_of_order ON exceptions (project, order_id, opened_at);
-- The open work of somebody, among a hundred thousand orders.
CREATE INDEX orders_open_of_assignee ON orders (project, assignee_account, status, due_at, order_id);

-- Who has an order and who read a meter: a person or an agent, told apart wherever a name is printed.
ALTER TABLE orders ADD COLUMN assignee_kind TEXT NOT NULL DEFAULT '';
-- The weeks of the calendar read whose an order is off the index alone.
DROP INDEX orders_by_due;
CREATE INDEX orders_by_due ON orders (project, due_at, open_until, assignee_account, assignee_name, assignee_kind, order_id)
    WHERE due_at IS NOT NULL;
-- Read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0 WHERE assignee_account IS NOT NULL;

ALTER TABLE asset_readings ADD COLUMN by_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE asset_readings ADD COLUMN withdrawn_kind TEXT NOT NULL DEFAULT '';
UPDATE asset_readings SET by_kind = COALESCE((SELECT MAX(e.actor_kind) FROM events e WHERE e.project = asset_readings.project
    AND e.stream_kind = 'asset' AND e.stream_id = asset_readings.asset_id AND e.actor = asset_readings.by_id), '');
UPDATE asset_readings SET withdrawn_kind = COALESCE((SELECT MAX(e.actor_kind) FROM events e WHERE e.project = asset_readings.project
    AND e.stream_kind = 'asset' AND e.stream_id = asset_readings.asset_id AND e.kind = 'asset.reading_withdrawn.v1'
    AND e.at = asset_readings.withdrawn_at), '') WHERE withdrawn_at IS NOT NULL;

-- Projected from events: assets, asset_meters, asset_readings.

CREATE TABLE assets (
    project INTEGER NOT NULL,
    asset_id TEXT NOT NULL,
    code TEXT NOT NULL,
    -- The code in small letters: what orders name it by, whatever the case of their letters.
    code_key TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The asset that it is a part of.
    parent TEXT,
    criticality TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    maker TEXT NOT NULL,
    model TEXT NOT NULL,
    serial TEXT NOT NULL,
    notes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Empty while it is in use.
    retired_at INTEGER,
    retired_by TEXT NOT NULL,
    retired_reason TEXT NOT NULL,
    PRIMARY KEY (project, asset_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX assets_by_code ON assets (project, code_key);

CREATE TABLE asset_meters (
    project INTEGER NOT NULL,
    asset_id TEXT NOT NULL,
    meter_id TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    -- `gauge` or `counter`; a counter only grows.
    kind TEXT NOT NULL,
    -- Limits as decimal numbers; empty for none.
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project, asset_id, meter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE asset_readings (
    project INTEGER NOT NULL,
    asset_id TEXT NOT NULL,
    meter_id TEXT NOT NULL,
    reading_id TEXT NOT NULL,
    -- The number as it was written, and the same in millionths.
    value TEXT NOT NULL,
    millionths INTEGER NOT NULL,
    -- How far it was outside the limits of that moment, in words; empty within them.
    beyond TEXT NOT NULL,
    -- Why a counter showed less than before.
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    withdrawn_at INTEGER,
    withdrawn_by TEXT NOT NULL,
    withdrawn_reason TEXT NOT NULL,
    PRIMARY KEY (project, asset_id, meter_id, reading_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_readings_by_time ON asset_readings (project, asset_id, meter_id, at);

-- The tag that an order names in small letters, so that the orders of an asset are found by it among a hundred thousand. The index holds
-- all that is asked of them: without statistics SQLite takes no index that it has to look beyond.
ALTER TABLE orders ADD COLUMN asset_key TEXT NOT NULL DEFAULT '';
UPDATE orders SET asset_key = lower(trim(asset_tag)) WHERE asset_tag <> '';
CREATE INDEX orders_of_asset ON orders (project, asset_key, status, due_at, updated_at, assignee_account, owner, order_id);

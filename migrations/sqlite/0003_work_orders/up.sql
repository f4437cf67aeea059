-- Projected from events: both tables.
CREATE TABLE orders (
    project INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    order_type TEXT NOT NULL,
    priority TEXT NOT NULL,
    status TEXT NOT NULL,
    assignee_account TEXT,
    assignee_name TEXT NOT NULL,
    assignee_code TEXT NOT NULL,
    asset_name TEXT NOT NULL,
    asset_tag TEXT NOT NULL,
    owner TEXT,
    due_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    steps_done INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    items_done INTEGER NOT NULL,
    items INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    version INTEGER NOT NULL,
    source BLOB CHECK (source IS NULL OR length(source) = 32),
    search TEXT NOT NULL,
    PRIMARY KEY (project, order_id),
    UNIQUE (project, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_time ON orders (project, updated_at, order_id);
CREATE INDEX orders_by_status ON orders (project, status);

CREATE TABLE order_numbers (
    project INTEGER NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (project, year)
) STRICT, WITHOUT ROWID;

-- Projected from events: both tables.
CREATE TABLE orders (
    project BIGINT NOT NULL,
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
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    steps_done BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    items_done BIGINT NOT NULL,
    items BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source BYTEA CHECK (source IS NULL OR length(source) = 32),
    search TEXT NOT NULL,
    PRIMARY KEY (project, order_id),
    UNIQUE (project, number)
);
CREATE INDEX orders_by_time ON orders (project, updated_at, order_id);
CREATE INDEX orders_by_status ON orders (project, status);

CREATE TABLE order_numbers (
    project BIGINT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (project, year)
);

-- What people keep of lists, traces and orders alike: a name for a question. One table in place of two; no fact of anything, so no event.
CREATE TABLE kept_filters (
    project BIGINT NOT NULL,
    -- What it narrows: 'traces' or 'orders'.
    kind TEXT NOT NULL CHECK (kind IN ('traces', 'orders')),
    filter_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What stands behind `?` in the address of the list, as its own reader writes it.
    query TEXT NOT NULL,
    -- Since when everybody in the project sees it.
    shared_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, kind, filter_id)
);
INSERT INTO kept_filters (project, kind, filter_id, owner, owner_name, name, query, shared_at, created_at)
    SELECT project, 'traces', filter_id, owner, owner_name, name, query, shared_at, created_at FROM saved_filters;
INSERT INTO kept_filters (project, kind, filter_id, owner, owner_name, name, query, shared_at, created_at)
    SELECT project, 'orders', view_id, owner, owner_name, name, query, shared_at, created_at FROM order_views;
DROP TABLE saved_filters;
DROP TABLE order_views;

-- The newest claims, for whoever looks for words in them.
CREATE INDEX claims_by_time ON claims (project, made_at, claim_id) WHERE withdrawn_at IS NULL;

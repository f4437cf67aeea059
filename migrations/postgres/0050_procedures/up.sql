-- Projected from events: procedures, procedure_versions. What a version says stands in the events alone.
CREATE TABLE procedures (
    project BIGINT NOT NULL,
    procedure_id TEXT NOT NULL,
    -- `PR-001`, and the number in it: gap-free per project.
    code TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    title TEXT NOT NULL,
    -- Code and title in small letters.
    search TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    retired_at BIGINT,
    -- Of its stream.
    version BIGINT NOT NULL,
    PRIMARY KEY (project, procedure_id),
    UNIQUE (project, code)
);

CREATE TABLE procedure_versions (
    project BIGINT NOT NULL,
    procedure_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'withdrawn', 'approved')),
    -- The type of order that it makes, as written.
    order_type TEXT NOT NULL,
    -- Whoever drafted it.
    author TEXT NOT NULL,
    author_name TEXT NOT NULL,
    by_agent BOOLEAN NOT NULL,
    -- SHA-256 of its text.
    digest BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    -- The beginning of the UTC day from which an approved one is in use.
    effective_from BIGINT,
    PRIMARY KEY (project, procedure_id, number)
);
CREATE INDEX procedure_versions_by_state ON procedure_versions (project, state, changed_at);

-- Which version of which procedure an order was made from. Orders of before were made from none.
ALTER TABLE orders ADD COLUMN procedure_id TEXT;
ALTER TABLE orders ADD COLUMN procedure_version BIGINT;
CREATE INDEX orders_of_procedure ON orders (project, procedure_id, updated_at, order_id) WHERE procedure_id IS NOT NULL;
-- How many were made from which version, and whose they are, counted in the index alone.
CREATE INDEX orders_by_version ON orders (project, procedure_id, procedure_version, assignee_account, owner) WHERE procedure_id IS NOT NULL;

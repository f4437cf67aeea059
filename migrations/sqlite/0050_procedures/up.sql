-- Projected from events: procedures, procedure_versions. What a version says stands in the events alone.
CREATE TABLE procedures (
    project INTEGER NOT NULL,
    procedure_id TEXT NOT NULL,
    -- `PR-001`, and the number in it: gap-free per project.
    code TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- Code and title in small letters.
    search TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    retired_at INTEGER,
    -- Of its stream.
    version INTEGER NOT NULL,
    PRIMARY KEY (project, procedure_id),
    UNIQUE (project, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE procedure_versions (
    project INTEGER NOT NULL,
    procedure_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'withdrawn', 'approved')),
    -- The type of order that it makes, as written.
    order_type TEXT NOT NULL,
    -- Whoever drafted it.
    author TEXT NOT NULL,
    author_name TEXT NOT NULL,
    by_agent INTEGER NOT NULL CHECK (by_agent IN (0, 1)),
    -- SHA-256 of its text.
    digest BLOB NOT NULL,
    changed_at INTEGER NOT NULL,
    -- The beginning of the UTC day from which an approved one is in use.
    effective_from INTEGER,
    PRIMARY KEY (project, procedure_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX procedure_versions_by_state ON procedure_versions (project, state, changed_at);

-- Which version of which procedure an order was made from. Orders of before were made from none.
ALTER TABLE orders ADD COLUMN procedure_id TEXT;
ALTER TABLE orders ADD COLUMN procedure_version INTEGER;
CREATE INDEX orders_of_procedure ON orders (project, procedure_id, updated_at, order_id) WHERE procedure_id IS NOT NULL;
-- How many were made from which version, and whose they are, counted in the index alone.
CREATE INDEX orders_by_version ON orders (project, procedure_id, procedure_version, assignee_account, owner) WHERE procedure_id IS NOT NULL;

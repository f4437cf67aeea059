-- Questions people keep: the query of an address, with a name.
CREATE TABLE saved_filters (
    project INTEGER NOT NULL,
    filter_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What stands behind `?` in the address of the list.
    query TEXT NOT NULL,
    shared_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project, filter_id)
) STRICT, WITHOUT ROWID;

-- Traces whose words must leave the search file, which is another file and cannot change in the same transaction.
CREATE TABLE search_erased (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL
) STRICT;

-- The order in which traces were received: search follows it.
CREATE INDEX events_receipts ON events (seq) WHERE kind = 'traces.received.v1';
-- Failed traces are few and often asked for.
CREATE INDEX traces_failed ON traces (project, start_at, trace_id) WHERE error_count > 0;
-- What is said of a whole conversation.
CREATE INDEX IF NOT EXISTS scores_of_session ON scores (project, session_id) WHERE session_id IS NOT NULL;

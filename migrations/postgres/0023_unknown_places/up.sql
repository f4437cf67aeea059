-- Derived from arrivals: places that a trace names and that are not there, so that a mistyped tag is seen.
CREATE TABLE unknown_places (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    -- As the trace names it: `WO-2026-999/3`.
    named TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('unreadable', 'no_order', 'no_place', 'closed')),
    at BIGINT NOT NULL,
    PRIMARY KEY (project, trace_id, named)
);
CREATE INDEX unknown_places_newest ON unknown_places (project, at);

-- Documents hold more words now: the index is filled again from what is stored. On SQLite its file has another number.
DELETE FROM search_position;

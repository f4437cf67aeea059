-- Projected from events: the rules that a project adds to those by which calls are recognised.
CREATE TABLE recognition_rules (
    project INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    event_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- JSON.
    rules TEXT NOT NULL,
    PRIMARY KEY (project)
) STRICT;

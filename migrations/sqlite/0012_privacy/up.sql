-- Projected from events: what was erased and why, tombstones, the policy in force, exceptions.
CREATE TABLE erasures (
    project INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    -- All events of one request or one nightly run share this.
    run TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('hand', 'user', 'retention')),
    reason TEXT NOT NULL,
    traces INTEGER NOT NULL,
    observations INTEGER NOT NULL,
    scores INTEGER NOT NULL,
    PRIMARY KEY (project, event_id)
) STRICT;
CREATE INDEX erasures_by_time ON erasures (project, at);

-- A digest of the id, not the id: clients put names into ids.
CREATE TABLE erased_traces (
    project INTEGER NOT NULL,
    trace BLOB NOT NULL CHECK (length(trace) = 32),
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project, trace)
) STRICT, WITHOUT ROWID;

CREATE TABLE privacy_policies (
    project INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    event_id TEXT NOT NULL,
    -- JSON.
    policy TEXT NOT NULL,
    PRIMARY KEY (project)
) STRICT;

CREATE TABLE exceptions (
    project INTEGER NOT NULL,
    exception_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_event TEXT NOT NULL,
    resolved_at INTEGER,
    resolved_by TEXT,
    resolved_name TEXT,
    resolved_event TEXT,
    how TEXT,
    comment TEXT,
    PRIMARY KEY (project, exception_id)
) STRICT;
CREATE UNIQUE INDEX exceptions_once ON exceptions (project, order_id, trace_id, kind);
CREATE INDEX exceptions_by_time ON exceptions (project, opened_at);

-- Primary: what masking found, never what it was; where big bodies are used; what came too late.
CREATE TABLE findings (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    -- '' for the trace itself and for scores.
    observation_id TEXT NOT NULL,
    field TEXT NOT NULL,
    detector TEXT NOT NULL,
    count INTEGER NOT NULL,
    found_at INTEGER NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, field, detector)
) STRICT, WITHOUT ROWID;
CREATE INDEX findings_by_time ON findings (project, found_at);

CREATE TABLE body_uses (
    project INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    trace_id TEXT NOT NULL,
    PRIMARY KEY (project, digest, trace_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE late_traces (
    project INTEGER NOT NULL,
    trace BLOB NOT NULL CHECK (length(trace) = 32),
    arrivals INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (project, trace)
) STRICT, WITHOUT ROWID;

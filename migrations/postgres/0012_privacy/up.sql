-- Projected from events: what was erased and why, tombstones, the policy in force, exceptions.
CREATE TABLE erasures (
    project BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    -- All events of one request or one nightly run share this.
    run TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('hand', 'user', 'retention')),
    reason TEXT NOT NULL,
    traces BIGINT NOT NULL,
    observations BIGINT NOT NULL,
    scores BIGINT NOT NULL,
    PRIMARY KEY (project, event_id)
);
CREATE INDEX erasures_by_time ON erasures (project, at);

-- A digest of the id, not the id: clients put names into ids.
CREATE TABLE erased_traces (
    project BIGINT NOT NULL,
    trace BYTEA NOT NULL CHECK (octet_length(trace) = 32),
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project, trace)
);

CREATE TABLE privacy_policies (
    project BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    event_id TEXT NOT NULL,
    -- JSON.
    policy TEXT NOT NULL,
    PRIMARY KEY (project)
);

CREATE TABLE exceptions (
    project BIGINT NOT NULL,
    exception_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_event TEXT NOT NULL,
    resolved_at BIGINT,
    resolved_by TEXT,
    resolved_name TEXT,
    resolved_event TEXT,
    how TEXT,
    comment TEXT,
    PRIMARY KEY (project, exception_id)
);
CREATE UNIQUE INDEX exceptions_once ON exceptions (project, order_id, trace_id, kind);
CREATE INDEX exceptions_by_time ON exceptions (project, opened_at);

-- Primary: what masking found, never what it was; where big bodies are used; what came too late.
CREATE TABLE findings (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    -- '' for the trace itself and for scores.
    observation_id TEXT NOT NULL,
    field TEXT NOT NULL,
    detector TEXT NOT NULL,
    count BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, field, detector)
);
CREATE INDEX findings_by_time ON findings (project, found_at);

CREATE TABLE body_uses (
    project BIGINT NOT NULL,
    digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    trace_id TEXT NOT NULL,
    PRIMARY KEY (project, digest, trace_id)
);

CREATE TABLE late_traces (
    project BIGINT NOT NULL,
    trace BYTEA NOT NULL CHECK (octet_length(trace) = 32),
    arrivals BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (project, trace)
);

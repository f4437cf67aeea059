-- Primary: arrivals, packs, receipts, scores. Derived from arrivals: observations, traces, revisions.
CREATE TABLE observations (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    parent_id TEXT,
    kind TEXT NOT NULL,
    name TEXT,
    start_at BIGINT,
    end_at BIGINT,
    first_token_at BIGINT,
    level TEXT NOT NULL,
    status_message TEXT,
    model TEXT,
    provider TEXT,
    -- Five counters that never overlap; all 0 and no convention when nothing was said.
    uncached_input BIGINT NOT NULL,
    cached_read BIGINT NOT NULL,
    cache_write BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning BIGINT NOT NULL,
    usage_convention TEXT,
    -- Billionths of a US dollar.
    cost_nanos BIGINT,
    environment TEXT,
    user_id TEXT,
    session_id TEXT,
    tenant TEXT,
    agent TEXT,
    persona TEXT,
    version TEXT,
    -- The instrumentation that saw it, for finding calls that two of them saw.
    scope TEXT,
    -- 0 when its parent is the same call seen by another instrumentation: its tokens do not count again.
    counted BOOLEAN NOT NULL,
    arrivals BIGINT NOT NULL,
    -- SHA-256 of the image.
    revision BYTEA NOT NULL CHECK (length(revision) = 32),
    -- Where the image, the record and the bodies lie.
    image BYTEA NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id)
);

CREATE TABLE traces (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    name TEXT,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    user_id TEXT,
    session_id TEXT,
    tenant TEXT,
    environment TEXT,
    release TEXT,
    version TEXT,
    -- A JSON list of strings, sorted.
    tags TEXT NOT NULL,
    -- Names, sorted, joined by ", ".
    models TEXT NOT NULL,
    level TEXT NOT NULL,
    observation_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    warning_count BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    total_tokens BIGINT NOT NULL,
    cost_nanos BIGINT NOT NULL,
    root_observation_id TEXT,
    first_arrival_at BIGINT NOT NULL,
    last_arrival_at BIGINT NOT NULL,
    -- The fold that later arrivals join, and where the trace's own bodies lie.
    state BYTEA NOT NULL,
    refs BYTEA NOT NULL,
    PRIMARY KEY (project, trace_id)
);
CREATE INDEX traces_by_start ON traces (project, start_at, trace_id);
CREATE INDEX traces_of_session ON traces (project, session_id, start_at) WHERE session_id IS NOT NULL;

-- One zstd blob for each trace and commit.
CREATE TABLE packs (
    project BIGINT NOT NULL,
    pack BYTEA NOT NULL CHECK (length(pack) = 16),
    trace_id TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    raw_len BIGINT NOT NULL,
    PRIMARY KEY (project, pack)
);

-- What the log will vouch for: the revisions of one pack. A row of its own, because it is updated and packs are big.
CREATE TABLE receipts (
    project BIGINT NOT NULL,
    pack BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    revisions BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    event_id TEXT,
    PRIMARY KEY (project, pack)
);
CREATE INDEX receipts_waiting ON receipts (received_at) WHERE event_id IS NULL;
CREATE INDEX receipts_of_event ON receipts (event_id) WHERE event_id IS NOT NULL;

-- Every arrival of what arrived more than once; observation_id is '' for the trace itself.
CREATE TABLE arrivals (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    digest BYTEA NOT NULL CHECK (length(digest) = 32),
    event_id TEXT,
    event_ns BIGINT NOT NULL,
    refs BYTEA NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, digest)
);

-- Earlier images that somebody may have seen.
CREATE TABLE revisions (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    digest BYTEA NOT NULL CHECK (length(digest) = 32),
    refs BYTEA NOT NULL,
    superseded_at BIGINT NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, digest)
);

CREATE TABLE scores (
    project BIGINT NOT NULL,
    score_id TEXT NOT NULL,
    trace_id TEXT,
    observation_id TEXT,
    session_id TEXT,
    name TEXT NOT NULL,
    -- JSON text exactly as sent.
    value TEXT NOT NULL,
    data_type TEXT NOT NULL,
    comment TEXT,
    environment TEXT,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    -- Every arrival of this score, as JSON.
    parts BYTEA NOT NULL,
    PRIMARY KEY (project, score_id)
);
CREATE INDEX scores_of_trace ON scores (project, trace_id) WHERE trace_id IS NOT NULL;

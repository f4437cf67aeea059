-- Primary: arrivals, packs, receipts, scores. Derived from arrivals: observations, traces, revisions.
-- `observations` has a rowid on purpose: its wide rows append, and only the small index of its key is random.
CREATE TABLE observations (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    parent_id TEXT,
    kind TEXT NOT NULL,
    name TEXT,
    start_at INTEGER,
    end_at INTEGER,
    first_token_at INTEGER,
    level TEXT NOT NULL,
    status_message TEXT,
    model TEXT,
    provider TEXT,
    -- Five counters that never overlap; all 0 and no convention when nothing was said.
    uncached_input INTEGER NOT NULL,
    cached_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    usage_convention TEXT,
    -- Billionths of a US dollar.
    cost_nanos INTEGER,
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
    counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
    arrivals INTEGER NOT NULL,
    -- SHA-256 of the image.
    revision BLOB NOT NULL CHECK (length(revision) = 32),
    -- Where the image, the record and the bodies lie.
    image BLOB NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id)
) STRICT;

CREATE TABLE traces (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    name TEXT,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
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
    observation_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    warning_count INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    root_observation_id TEXT,
    first_arrival_at INTEGER NOT NULL,
    last_arrival_at INTEGER NOT NULL,
    -- The fold that later arrivals join, and where the trace's own bodies lie.
    state BLOB NOT NULL,
    refs BLOB NOT NULL,
    PRIMARY KEY (project, trace_id)
) STRICT;
CREATE INDEX traces_by_start ON traces (project, start_at, trace_id);
CREATE INDEX traces_of_session ON traces (project, session_id, start_at) WHERE session_id IS NOT NULL;

-- One zstd blob for each trace and commit.
CREATE TABLE packs (
    project INTEGER NOT NULL,
    pack BLOB NOT NULL CHECK (length(pack) = 16),
    trace_id TEXT NOT NULL,
    bytes BLOB NOT NULL,
    raw_len INTEGER NOT NULL,
    PRIMARY KEY (project, pack)
) STRICT;

-- What the log will vouch for: the revisions of one pack. A row of its own, because it is updated and packs are big.
CREATE TABLE receipts (
    project INTEGER NOT NULL,
    pack BLOB NOT NULL,
    salt BLOB NOT NULL,
    revisions BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    event_id TEXT,
    PRIMARY KEY (project, pack)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_waiting ON receipts (received_at) WHERE event_id IS NULL;
CREATE INDEX receipts_of_event ON receipts (event_id) WHERE event_id IS NOT NULL;

-- Every arrival of what arrived more than once; observation_id is '' for the trace itself.
CREATE TABLE arrivals (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    event_id TEXT,
    event_ns INTEGER NOT NULL,
    refs BLOB NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, digest)
) STRICT, WITHOUT ROWID;

-- Earlier images that somebody may have seen.
CREATE TABLE revisions (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    refs BLOB NOT NULL,
    superseded_at INTEGER NOT NULL,
    PRIMARY KEY (project, trace_id, observation_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE scores (
    project INTEGER NOT NULL,
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
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    -- Every arrival of this score, as JSON.
    parts BLOB NOT NULL,
    PRIMARY KEY (project, score_id)
) STRICT;
CREATE INDEX scores_of_trace ON scores (project, trace_id) WHERE trace_id IS NOT NULL;

-- Work that survives the process. Primary: never remade from events. Project 0 is the installation itself.
-- `epoch` grows with every claim; whoever holds an older one writes nothing.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    project BIGINT NOT NULL,
    kind TEXT NOT NULL,
    tier SMALLINT NOT NULL CHECK (tier BETWEEN 0 AND 3),
    payload TEXT NOT NULL,
    dedup_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead', 'cancelled')),
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    holder TEXT,
    lease_until BIGINT,
    again BIGINT NOT NULL,
    cancel_asked_at BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    last_error TEXT,
    progress_done BIGINT,
    progress_total BIGINT,
    progress_text TEXT,
    saved TEXT
);
-- One waiting or running job for one piece of work.
CREATE UNIQUE INDEX jobs_once ON jobs (project, kind, dedup_key)
    WHERE dedup_key IS NOT NULL AND state IN ('waiting', 'running');
CREATE INDEX jobs_waiting ON jobs (tier, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of_project ON jobs (project, state, id);
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- What runs again and again, at most once a period over all processes.
CREATE TABLE schedules (
    project BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Microseconds between runs, or the minute of the UTC day; one of the two.
    every_micros BIGINT,
    daily_minute BIGINT,
    last_run BIGINT,
    next_run BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, name),
    CHECK ((every_micros IS NULL) <> (daily_minute IS NULL))
);
CREATE INDEX schedules_next ON schedules (next_run);

-- Servers that traces are pulled from. Adding and removing one is an event as well; the secret never enters one.
CREATE TABLE langfuse_sources (
    project BIGINT NOT NULL,
    id TEXT NOT NULL,
    label TEXT NOT NULL,
    url TEXT NOT NULL,
    public_key TEXT NOT NULL,
    -- AES-256-GCM under a key derived from the installation's server key: nonce, then text and tag.
    sealed_secret BYTEA NOT NULL,
    every_minutes BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, id)
);

-- How far a pull has come. `source` is the server's address and public key as one digest.
CREATE TABLE pulls (
    project BIGINT NOT NULL,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Which run has it; an older one that is still alive stops at its next word.
    holder TEXT NOT NULL,
    -- The walk under way: what is walked, in which dialect, which window, which page; none between walks.
    walk TEXT,
    -- Everything before this was pulled.
    watermark BIGINT,
    counts TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    finished_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (project, source)
);

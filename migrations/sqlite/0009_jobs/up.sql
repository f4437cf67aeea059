-- Work that survives the process. Primary: never remade from events. Project 0 is the installation itself.
-- `epoch` grows with every claim; whoever holds an older one writes nothing.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    project INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 3),
    payload TEXT NOT NULL,
    dedup_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead', 'cancelled')),
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT,
    lease_until INTEGER,
    again INTEGER NOT NULL,
    cancel_asked_at INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    last_error TEXT,
    progress_done INTEGER,
    progress_total INTEGER,
    progress_text TEXT,
    saved TEXT
) STRICT;
-- One waiting or running job for one piece of work.
CREATE UNIQUE INDEX jobs_once ON jobs (project, kind, dedup_key)
    WHERE dedup_key IS NOT NULL AND state IN ('waiting', 'running');
CREATE INDEX jobs_waiting ON jobs (tier, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of_project ON jobs (project, state, id);
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- What runs again and again, at most once a period over all processes.
CREATE TABLE schedules (
    project INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Microseconds between runs, or the minute of the UTC day; one of the two.
    every_micros INTEGER,
    daily_minute INTEGER,
    last_run INTEGER,
    next_run INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project, name),
    CHECK ((every_micros IS NULL) <> (daily_minute IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX schedules_next ON schedules (next_run);

-- Servers that traces are pulled from. Adding and removing one is an event as well; the secret never enters one.
CREATE TABLE langfuse_sources (
    project INTEGER NOT NULL,
    id TEXT NOT NULL,
    label TEXT NOT NULL,
    url TEXT NOT NULL,
    public_key TEXT NOT NULL,
    -- AES-256-GCM under a key derived from the installation's server key: nonce, then text and tag.
    sealed_secret BLOB NOT NULL,
    every_minutes INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;

-- How far a pull has come. `source` is the server's address and public key as one digest.
CREATE TABLE pulls (
    project INTEGER NOT NULL,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Which run has it; an older one that is still alive stops at its next word.
    holder TEXT NOT NULL,
    -- The walk under way: what is walked, in which dialect, which window, which page; none between walks.
    walk TEXT,
    -- Everything before this was pulled.
    watermark INTEGER,
    counts TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    last_error TEXT,
    PRIMARY KEY (project, source)
) STRICT, WITHOUT ROWID;

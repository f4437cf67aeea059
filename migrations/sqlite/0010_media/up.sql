-- Pictures, sound and files that traces speak of; the bytes lie in object storage.
CREATE TABLE media (
    project INTEGER NOT NULL,
    -- The first 132 bits of the digest in base64url: clients compute it too.
    media_id TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content_length INTEGER NOT NULL CHECK (content_length > 0),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    -- Where the bytes lie or will lie. A new row gets a new place, so that removing old bytes cannot hit new ones.
    blob TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When the bytes were stored and found to have the digest.
    uploaded_at INTEGER,
    -- What the client says of its upload.
    client_status INTEGER,
    client_error TEXT,
    client_ms INTEGER,
    PRIMARY KEY (project, media_id)
) STRICT, WITHOUT ROWID;

-- Which field speaks of it; observation_id is '' for the trace itself.
CREATE TABLE media_of (
    project INTEGER NOT NULL,
    media_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    field TEXT NOT NULL,
    PRIMARY KEY (project, media_id, trace_id, observation_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_of_trace ON media_of (project, trace_id);

-- What people filter scores by; all of it also stands in `parts`.
ALTER TABLE scores ADD COLUMN source TEXT NOT NULL DEFAULT 'API';
-- The value of NUMERIC and BOOLEAN, for comparing and adding up; `value` stays the exact text.
ALTER TABLE scores ADD COLUMN number REAL;
-- The value of CATEGORICAL and TEXT without quotes and escapes.
ALTER TABLE scores ADD COLUMN word TEXT;
ALTER TABLE scores ADD COLUMN config_id TEXT;
ALTER TABLE scores ADD COLUMN queue_id TEXT;
ALTER TABLE scores ADD COLUMN dataset_run_id TEXT;
ALTER TABLE scores ADD COLUMN metadata TEXT;
ALTER TABLE scores ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scores ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE scores SET created_at = at, updated_at = at,
    number = CASE WHEN data_type IN ('NUMERIC', 'BOOLEAN') THEN CAST(value AS REAL) END,
    word = CASE WHEN data_type IN ('CATEGORICAL', 'TEXT') THEN json_extract(value, '$') END;
CREATE INDEX scores_by_time ON scores (project, at, score_id);
CREATE INDEX scores_by_name ON scores (project, name, at);
CREATE INDEX scores_of_session ON scores (project, session_id) WHERE session_id IS NOT NULL;
CREATE INDEX scores_of_observation ON scores (project, observation_id) WHERE observation_id IS NOT NULL;

-- Scores that somebody removed, and the digests of the arrivals they had: those do not come back.
CREATE TABLE deleted_scores (
    project INTEGER NOT NULL,
    score_id TEXT NOT NULL,
    trace_id TEXT,
    arrivals BLOB NOT NULL,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (project, score_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_scores_of_trace ON deleted_scores (project, trace_id) WHERE trace_id IS NOT NULL;

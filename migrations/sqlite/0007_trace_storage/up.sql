-- Which price computed a cost; none when the client said the cost, or nobody knows it.
ALTER TABLE observations ADD COLUMN price TEXT;
CREATE INDEX observations_by_id ON observations (project, observation_id);
CREATE INDEX observations_by_start ON observations (project, start_at);

-- Calls of a model; a trace without any is noise to whoever looks for them.
ALTER TABLE traces ADD COLUMN llm_count INTEGER NOT NULL DEFAULT 0;
CREATE INDEX traces_of_user ON traces (project, user_id, start_at) WHERE user_id IS NOT NULL;

-- Of a trace without a session: the packs that its next commit may share pieces with, newest first.
ALTER TABLE traces ADD COLUMN packs BLOB NOT NULL DEFAULT x'';

-- `scope` is the session inside which pieces are shared, as a short name; `directory` the pieces that this pack offers.
-- Both stand before the bytes, because SQLite reads a row from its beginning.
CREATE TABLE packs_with_scope (
    project INTEGER NOT NULL,
    pack BLOB NOT NULL CHECK (length(pack) = 16),
    trace_id TEXT NOT NULL,
    scope TEXT,
    directory BLOB,
    raw_len INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (project, pack)
) STRICT;
INSERT INTO packs_with_scope (project, pack, trace_id, raw_len, bytes)
SELECT project, pack, trace_id, raw_len, bytes FROM packs;
DROP TABLE packs;
ALTER TABLE packs_with_scope RENAME TO packs;
CREATE INDEX packs_of_scope ON packs (project, scope) WHERE scope IS NOT NULL;

-- Conversations. `packs` names the packs that the next turn may share pieces with, newest first.
CREATE TABLE sessions (
    project INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    environment TEXT,
    created_at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    packs BLOB NOT NULL,
    PRIMARY KEY (project, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_last ON sessions (project, last_at, session_id);

-- Which price computed a cost; none when the client said the cost, or nobody knows it.
ALTER TABLE observations ADD COLUMN price TEXT;
CREATE INDEX observations_by_id ON observations (project, observation_id);
CREATE INDEX observations_by_start ON observations (project, start_at);

-- Calls of a model; a trace without any is noise to whoever looks for them.
ALTER TABLE traces ADD COLUMN llm_count BIGINT NOT NULL DEFAULT 0;
CREATE INDEX traces_of_user ON traces (project, user_id, start_at) WHERE user_id IS NOT NULL;

-- Of a trace without a session: the packs that its next commit may share pieces with, newest first.
ALTER TABLE traces ADD COLUMN packs BYTEA NOT NULL DEFAULT '';

-- The session inside which pieces are shared, as a short name, and the pieces that this pack offers.
ALTER TABLE packs ADD COLUMN scope TEXT;
ALTER TABLE packs ADD COLUMN directory BYTEA;
CREATE INDEX packs_of_scope ON packs (project, scope) WHERE scope IS NOT NULL;

-- Conversations. `packs` names the packs that the next turn may share pieces with, newest first.
CREATE TABLE sessions (
    project BIGINT NOT NULL,
    session_id TEXT NOT NULL,
    environment TEXT,
    created_at BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    packs BYTEA NOT NULL,
    PRIMARY KEY (project, session_id)
);
CREATE INDEX sessions_by_last ON sessions (project, last_at, session_id);

-- Packs are compressed already.
ALTER TABLE packs ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE observations ALTER COLUMN image SET STORAGE EXTERNAL;

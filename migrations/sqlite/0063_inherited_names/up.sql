-- Derived: observations.workflow, stage, gate and inherited. The run and the stage that a call is part of, how a quality gate ended, and
-- which of tenant, agent, persona, workflow and stage (1, 2, 4, 8, 16) a call took over from the spans above it or from its trace,
-- so that what it says itself is still known. Traces that were stored before are looked at by a job.
ALTER TABLE observations ADD COLUMN inherited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE observations ADD COLUMN workflow TEXT;
ALTER TABLE observations ADD COLUMN stage TEXT;
ALTER TABLE observations ADD COLUMN gate TEXT;

-- Hours that were summed before are read from their rows until they are summed again.
ALTER TABLE observation_hours ADD COLUMN workflow TEXT;
ALTER TABLE observation_hours ADD COLUMN stage TEXT;
INSERT INTO metric_marks (project, start_at, marked_at, is_wide)
SELECT DISTINCT project, start_at, 0, 0 FROM observation_hours;

INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces WHERE TRUE
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'names-' || project, project, 'traces.recount', 3, 'null', 'names', 'waiting', 0, 0, 20, 0, 0,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM recounts;

-- Derived: observations.inherited. Which of tenant, agent and persona a call took over from the spans above it or from its trace
-- (1, 2, 4), so that what it says itself is still known. Traces that were stored before are looked at by a job.
ALTER TABLE observations ADD COLUMN inherited SMALLINT NOT NULL DEFAULT 0;
INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'names-' || project, project, 'traces.recount', 3, 'null', 'names', 'waiting', 0, 0, 20, 0, 0,
    CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)
FROM recounts;

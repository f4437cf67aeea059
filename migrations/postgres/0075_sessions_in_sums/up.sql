-- Sums of calls hold how many of them belong to a session: one figure more before the buckets, so every trace is counted again.
DELETE FROM series_deltas;
DELETE FROM series_sums;
DELETE FROM series_revisions;
UPDATE traces SET measured = FALSE;
INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'sessions-' || project, project, 'traces.recount', 3, 'null', 'sessions', 'waiting', 0, 0, 20, 0, 0,
    CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)
FROM recounts;

-- Primary: recounts. Projects whose older traces are still to be counted by the rule of today (tokens count where they stand
-- deepest), and the trace up to which that is done. Empty once it is (`traces::recount`).
CREATE TABLE recounts (
    project INTEGER PRIMARY KEY,
    after_trace TEXT NOT NULL
) STRICT;
INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces;
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'recount-' || project, project, 'traces.recount', 3, 'null', 'once', 'waiting', 0, 0, 20, 0, 0,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM recounts;

-- Derived: what the fleet is measured by, by a quarter of a day and by a day of UTC (`hours` is 6 or 24), so that a page of a month reads
-- thirty sums of a series and not seven hundred. In `buckets` the further figures that a metric sums stand before its buckets.
CREATE TABLE series_steps (
    project INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    hours INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    labels TEXT NOT NULL,
    n INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    buckets TEXT
) STRICT;
CREATE INDEX series_steps_by_start ON series_steps (project, metric, hours, start_at);

-- Spans that name their stage themselves (bit 16 of what is taken over is the stage), by their start and by how long they took.
CREATE INDEX observations_own_stage ON observations (project, start_at) WHERE stage IS NOT NULL AND (inherited & 16) = 0;
CREATE INDEX observations_slow_stage ON observations (project, (end_at - start_at))
    WHERE stage IS NOT NULL AND (inherited & 16) = 0;

-- What does not count is in the sums now.
DROP INDEX observations_not_counted;

-- Two metrics are new, so every trace is counted again.
DELETE FROM series_deltas;
DELETE FROM series_hours;
DELETE FROM series_totals;
UPDATE traces SET measured = 0;
INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces WHERE TRUE
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'steps-' || project, project, 'traces.recount', 3, 'null', 'steps', 'waiting', 0, 0, 20, 0, 0,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM recounts;

-- Derived: what the fleet is measured by, by an hour, a quarter of a day and a day of UTC and over all time (`hours` is 1, 6, 24 or 0), so
-- that a page of a month reads thirty sums of a series and not seven hundred. `figures` is a JSON list: what a metric sums beside number
-- and time, then the place and the count of each bucket that is not empty.
DROP TABLE series_hours;
DROP TABLE series_totals;
CREATE TABLE series_sums (
    project BIGINT NOT NULL,
    metric SMALLINT NOT NULL,
    hours SMALLINT NOT NULL,
    start_at BIGINT NOT NULL,
    labels TEXT NOT NULL,
    n BIGINT NOT NULL,
    sum BIGINT NOT NULL,
    figures TEXT
);
CREATE INDEX series_sums_by_start ON series_sums (project, metric, hours, start_at);

-- A number that is drawn anew whenever the sums of a step change, so that whoever keeps them in memory knows whether they still hold.
CREATE TABLE series_revisions (
    project BIGINT NOT NULL,
    metric SMALLINT NOT NULL,
    hours SMALLINT NOT NULL,
    start_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (project, metric, hours, start_at)
);

-- Spans that name their stage themselves (bit 16 of what is taken over is the stage), by their start and by how long they took.
CREATE INDEX observations_own_stage ON observations (project, start_at) WHERE stage IS NOT NULL AND (inherited & 16) = 0;
CREATE INDEX observations_slow_stage ON observations (project, (end_at - start_at))
    WHERE stage IS NOT NULL AND (inherited & 16) = 0;

-- What does not count is in the sums now.
DROP INDEX observations_not_counted;

-- Two metrics are new, so every trace is counted again.
DELETE FROM series_deltas;
ALTER TABLE series_deltas RENAME COLUMN buckets TO figures;
UPDATE traces SET measured = FALSE;
INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'steps-' || project, project, 'traces.recount', 3, 'null', 'steps', 'waiting', 0, 0, 20, 0, 0,
    CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)
FROM recounts;

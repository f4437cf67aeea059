-- Derived: observations.fact, what an observation is beyond its kind, as JSON: a handoff, a task, a compilation.
ALTER TABLE observations ADD COLUMN fact TEXT;

-- What the fleet is measured by, as sums that follow the rows. A metric is a number that the program gives, labels are a JSON list of
-- texts in the order that the metric has them, `hour` is the first microsecond of an hour of UTC, `n` counts, `sum` is of
-- microseconds or tokens, and buckets are a JSON list of counts, one for each bound and one for what lies above.
-- Rows are only put in here, so that writers never wait for each other, until a job adds them to both others.
CREATE TABLE series_deltas (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    labels TEXT NOT NULL,
    n INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    buckets TEXT
) STRICT;
-- Labels are in no key: they may be longer than an index takes. Who adds up does it alone.
CREATE TABLE series_hours (
    project INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    labels TEXT NOT NULL,
    n INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    buckets TEXT
) STRICT;
CREATE INDEX series_hours_by_hour ON series_hours (project, metric, hour);
CREATE TABLE series_totals (
    project INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    labels TEXT NOT NULL,
    n INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    buckets TEXT
) STRICT;
CREATE INDEX series_totals_by_metric ON series_totals (project, metric);

-- Derived: traces.measured. Whether what the rows of a trace come to is in the series; that of traces stored before is not yet.
ALTER TABLE traces ADD COLUMN measured INTEGER NOT NULL DEFAULT 0 CHECK (measured IN (0, 1));

-- Calls that were seen twice are few among all calls, and stages few among all spans.
CREATE INDEX observations_not_counted ON observations (project, start_at) WHERE kind = 'GENERATION' AND NOT counted;
CREATE INDEX observations_of_stage ON observations (project, start_at) WHERE stage IS NOT NULL;

INSERT INTO recounts (project, after_trace) SELECT DISTINCT project, '' FROM traces WHERE TRUE
ON CONFLICT (project) DO UPDATE SET after_trace = '';
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'series-' || project, project, 'traces.recount', 3, 'null', 'series', 'waiting', 0, 0, 20, 0, 0,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM recounts;

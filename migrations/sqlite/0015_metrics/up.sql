-- How much of a cost is for what went in and for what came out; none where no cost is known.
ALTER TABLE observations ADD COLUMN input_nanos INTEGER;
ALTER TABLE observations ADD COLUMN output_nanos INTEGER;

-- Sums by hour, for metrics over long ranges. Times are the first microsecond of an hour of UTC; tokens and costs are
-- those of counted calls; a count ending in _n says how many rows have the value beside it.
-- Observations by their own start.
CREATE TABLE observation_hours (
    project INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    environment TEXT,
    kind TEXT,
    name TEXT,
    level TEXT,
    version TEXT,
    model TEXT,
    provider TEXT,
    agent TEXT,
    persona TEXT,
    tenant TEXT,
    n INTEGER,
    input INTEGER,
    output INTEGER,
    cost INTEGER,
    cost_n INTEGER,
    input_cost INTEGER,
    output_cost INTEGER,
    parts_n INTEGER,
    took INTEGER,
    took_n INTEGER,
    took_min INTEGER,
    took_max INTEGER,
    waited INTEGER,
    waited_n INTEGER,
    streamed INTEGER,
    streamed_n INTEGER
) STRICT;
CREATE INDEX observation_hours_by_start ON observation_hours (project, start_at);

-- Traces by their start.
CREATE TABLE trace_hours (
    project INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    environment TEXT,
    name TEXT,
    level TEXT,
    version TEXT,
    release TEXT,
    tenant TEXT,
    n INTEGER,
    observations INTEGER,
    input INTEGER,
    output INTEGER,
    cost INTEGER,
    took INTEGER,
    took_min INTEGER,
    took_max INTEGER
) STRICT;
CREATE INDEX trace_hours_by_start ON trace_hours (project, start_at);

-- Calls of models by the start of their trace, under its name and environment.
CREATE TABLE call_hours (
    project INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    environment TEXT,
    name TEXT,
    model TEXT,
    n INTEGER,
    traces INTEGER,
    input INTEGER,
    output INTEGER,
    cost INTEGER
) STRICT;
CREATE INDEX call_hours_by_start ON call_hours (project, start_at);

-- Hours whose sums are not those of the rows: every commit that touches an hour adds a row, and only rows that were seen
-- before the sums were made are taken away afterwards. A wide hour has too many groups to be worth summing.
CREATE TABLE metric_marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    marked_at INTEGER NOT NULL,
    is_wide INTEGER NOT NULL CHECK (is_wide IN (0, 1))
) STRICT;
CREATE INDEX metric_marks_by_hour ON metric_marks (project, start_at, id);
INSERT INTO metric_marks (project, start_at, marked_at, is_wide)
SELECT DISTINCT project, start_at / 3600000000 * 3600000000, 0, 0 FROM observations WHERE start_at >= 0;
INSERT INTO metric_marks (project, start_at, marked_at, is_wide)
SELECT DISTINCT project, start_at / 3600000000 * 3600000000, 0, 0 FROM traces WHERE start_at >= 0;

-- Lists by name, and by a level that is worth asking for: few have one.
CREATE INDEX observations_by_name ON observations (project, name, start_at) WHERE name IS NOT NULL;
CREATE INDEX observations_by_level ON observations (project, level, start_at) WHERE level <> 'DEFAULT';

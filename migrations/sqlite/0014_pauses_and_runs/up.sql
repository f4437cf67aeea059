-- Who paused a schedule, and when; nobody while it runs. A paused one keeps its rhythm and enqueues nothing.
ALTER TABLE schedules ADD COLUMN paused_at INTEGER;
ALTER TABLE schedules ADD COLUMN paused_by TEXT;

-- The events of one request or nightly run are shown as one.
CREATE INDEX erasures_of_run ON erasures (project, run);

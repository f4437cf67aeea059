-- Gates that failed are few among all spans, and why they did is asked over weeks.
CREATE INDEX observations_failed_gates ON observations (project, start_at) WHERE gate = 'failed';

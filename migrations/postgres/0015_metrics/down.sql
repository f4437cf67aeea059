DROP INDEX observations_by_level;
DROP INDEX observations_by_name;
DROP TABLE metric_marks;
DROP TABLE call_hours;
DROP TABLE trace_hours;
DROP TABLE observation_hours;
ALTER TABLE observations DROP COLUMN output_nanos;
ALTER TABLE observations DROP COLUMN input_nanos;

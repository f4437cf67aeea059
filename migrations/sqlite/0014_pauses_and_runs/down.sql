DROP INDEX erasures_of_run;
ALTER TABLE schedules DROP COLUMN paused_by;
ALTER TABLE schedules DROP COLUMN paused_at;

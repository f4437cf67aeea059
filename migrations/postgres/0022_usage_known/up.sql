-- Which of the five counters a source spoke of, one bit for each: uncached input 1, cached read 2, cache write 4, output 8,
-- reasoning 16. What it left out is unknown; the counter beside it holds 0. Before this, nobody kept which it was.
ALTER TABLE observations ADD COLUMN usage_known SMALLINT NOT NULL DEFAULT 31;
UPDATE observations SET usage_known = 0 WHERE usage_convention IS NULL;

-- How many observations an hour's tokens are of, so that what nobody counted is no zero in a mean. Hours that were summed before
-- are read from their rows until they are summed again.
ALTER TABLE observation_hours ADD COLUMN tokens_n BIGINT;
INSERT INTO metric_marks (project, start_at, marked_at, is_wide)
SELECT DISTINCT project, start_at, 0, FALSE FROM observation_hours;

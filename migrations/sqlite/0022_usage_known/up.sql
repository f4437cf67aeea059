-- Which of the five counters a source spoke of, one bit for each: uncached input 1, cached read 2, cache write 4, output 8,
-- reasoning 16. What it left out is unknown; the counter beside it holds 0. Before this, nobody kept which it was.
ALTER TABLE observations ADD COLUMN usage_known INTEGER NOT NULL DEFAULT 31;

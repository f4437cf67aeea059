-- What readers of metrics were told last, one row for each metric whose sums come of traces: a sum falls when a trace is erased or
-- corrected, and what is told of it never does. Primary.
CREATE TABLE scrape_told (
    metric TEXT NOT NULL PRIMARY KEY,
    -- Grows with every change: whoever writes names the one that was read.
    revision BIGINT NOT NULL,
    -- JSON: each series, named by a digest of its labels, with what was told of it and what was stored then.
    told TEXT NOT NULL
);

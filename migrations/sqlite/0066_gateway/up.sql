-- Numbers of calls that were passed on to providers of models, reserved in blocks: what the blocks are and what became of their
-- numbers are events too. A block is open until every number of it is accounted for.
CREATE TABLE gateway_blocks (
    project INTEGER NOT NULL,
    first_number INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    process TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (project, first_number)
) STRICT;
CREATE INDEX gateway_blocks_open ON gateway_blocks (reserved_at) WHERE closed_at IS NULL;

-- Calls, one row a number that was used. Until its trace is stored, a call has no traced_at.
CREATE TABLE gateway_calls (
    project INTEGER NOT NULL,
    number INTEGER NOT NULL,
    process TEXT NOT NULL,
    provider TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    is_billed INTEGER NOT NULL,
    state TEXT NOT NULL,
    status INTEGER,
    reason TEXT,
    trace_id TEXT NOT NULL,
    span_id TEXT NOT NULL,
    model TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    traced_at INTEGER,
    PRIMARY KEY (project, number)
) STRICT;
CREATE INDEX gateway_calls_time ON gateway_calls (project, began_at);

-- What providers say they billed, as it was brought in: one row a day, provider and model of a file. The same day, provider and
-- model brought again replaces what was there.
CREATE TABLE usage_exports (
    project INTEGER NOT NULL,
    provider TEXT NOT NULL,
    day INTEGER NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_nano INTEGER,
    file_name TEXT NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at INTEGER NOT NULL,
    PRIMARY KEY (project, provider, day, model)
) STRICT;

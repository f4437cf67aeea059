-- Projected from events: running_timers, mentions, project_currency. Primary: mentions_read.

-- Timers that run, so that a person's running one is found whatever order it is on.
CREATE TABLE running_timers (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    timer_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (project, account_id, timer_id)
) STRICT, WITHOUT ROWID;

-- Who is spoken to in a comment or an entry of a log.
CREATE TABLE mentions (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    -- The comment or the entry of the log.
    entry_id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- When they wrote on the same order afterwards.
    answered_at INTEGER,
    PRIMARY KEY (project, account_id, order_id, entry_id)
) STRICT, WITHOUT ROWID;

-- When somebody opened what was put to them. No fact of the order, so no event of it.
CREATE TABLE mentions_read (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project, account_id, order_id, entry_id)
) STRICT, WITHOUT ROWID;

-- What amounts of a project are in.
CREATE TABLE project_currency (
    project INTEGER NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (project)
) STRICT, WITHOUT ROWID;

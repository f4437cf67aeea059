-- Projected from events: budgets.
CREATE TABLE budgets (
    project INTEGER NOT NULL,
    budget_id TEXT NOT NULL,
    -- Whose calls it is about; the name is empty where it is about the whole project.
    scope TEXT NOT NULL CHECK (scope IN ('persona', 'agent', 'tenant', 'workflow', 'project')),
    name TEXT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('tokens', 'money')),
    period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    -- The zone whose days, weeks and months are meant.
    zone TEXT NOT NULL,
    -- Whole tokens, or billionths of a dollar.
    amount INTEGER NOT NULL,
    -- Per cent at which it warns, as a list in JSON.
    warn_at TEXT NOT NULL,
    at_end TEXT NOT NULL CHECK (at_end IN ('tells', 'refuses')),
    -- What was used before it was set.
    already_used INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- Of its stream.
    version INTEGER NOT NULL,
    PRIMARY KEY (project, budget_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX budgets_that_hold ON budgets (project, budget_id) WHERE ended_at IS NULL;

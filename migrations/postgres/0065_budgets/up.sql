-- Projected from events: budgets.
CREATE TABLE budgets (
    project BIGINT NOT NULL,
    budget_id TEXT NOT NULL,
    -- Whose calls it is about; the name is empty where it is about the whole project.
    scope TEXT NOT NULL CHECK (scope IN ('persona', 'agent', 'tenant', 'workflow', 'project')),
    name TEXT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('tokens', 'money')),
    period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    -- The zone whose days, weeks and months are meant.
    zone TEXT NOT NULL,
    -- Whole tokens, or billionths of a dollar.
    amount BIGINT NOT NULL,
    -- Per cent at which it warns, as a list in JSON.
    warn_at TEXT NOT NULL,
    at_end TEXT NOT NULL CHECK (at_end IN ('tells', 'refuses')),
    -- What was used before it was set.
    already_used BIGINT NOT NULL,
    set_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- Of its stream.
    version BIGINT NOT NULL,
    PRIMARY KEY (project, budget_id)
);
CREATE INDEX budgets_that_hold ON budgets (project, budget_id) WHERE ended_at IS NULL;

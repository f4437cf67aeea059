-- When what happened to an order, for figures: one row an order with everything that a figure counts and narrows by, so that a period is
-- counted from an index alone. Projected, like working_hours, holidays and absences.
CREATE TABLE order_milestones (
    project INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    -- The type as written, and the class that its words fall into.
    order_type TEXT NOT NULL,
    type_class TEXT NOT NULL,
    -- The tag of its asset in small letters; empty for none.
    asset_key TEXT NOT NULL,
    -- The account that has it; empty for none.
    assignee TEXT NOT NULL,
    -- It came in from a file.
    is_imported INTEGER NOT NULL CHECK (is_imported IN (0, 1)),
    -- When it came to be here, whatever a file says of that.
    made_at INTEGER NOT NULL,
    -- The first moment that is too late.
    due_at INTEGER,
    -- When its plan was first approved here.
    approved_at INTEGER,
    -- The completion, verification and end that stand; empty where it was taken up again since.
    completed_at INTEGER,
    verified_at INTEGER,
    closed_at INTEGER,
    cancelled_at INTEGER,
    -- How often it was taken up again after it had been completed.
    taken_up INTEGER NOT NULL,
    -- When the first order was opened for what this one left.
    followed_up_at INTEGER,
    -- What was worked on it, each hour of a person once, and how many entries of time were corrected.
    labour_seconds INTEGER NOT NULL,
    time_corrected INTEGER NOT NULL,
    -- What its plan says that it takes; empty where it says nothing.
    estimate_minutes INTEGER,
    PRIMARY KEY (project, order_id)
) STRICT, WITHOUT ROWID;
-- Each holds all that is asked of it, the columns of its own condition among them: SQLite asks that again.
CREATE INDEX order_milestones_by_due ON order_milestones
    (project, due_at, made_at, completed_at, cancelled_at, approved_at, is_imported, type_class) WHERE due_at IS NOT NULL;
CREATE INDEX order_milestones_without_due ON order_milestones
    (project, made_at, completed_at, cancelled_at, approved_at, is_imported, due_at) WHERE due_at IS NULL;
CREATE INDEX order_milestones_closed ON order_milestones (project, closed_at, made_at, taken_up, followed_up_at)
    WHERE closed_at IS NOT NULL;
CREATE INDEX order_milestones_completed ON order_milestones
    (project, completed_at, type_class, labour_seconds, time_corrected, verified_at, closed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX order_milestones_verified ON order_milestones (project, verified_at, completed_at) WHERE verified_at IS NOT NULL;
CREATE INDEX order_milestones_cancelled ON order_milestones (project, cancelled_at, approved_at, due_at, type_class)
    WHERE cancelled_at IS NOT NULL;
CREATE INDEX order_milestones_imported ON order_milestones
    (project, made_at, due_at, completed_at, cancelled_at, approved_at, type_class, is_imported) WHERE is_imported;
CREATE INDEX order_milestones_of_assignee ON order_milestones (project, assignee);
CREATE INDEX order_milestones_of_asset ON order_milestones (project, asset_key);

-- What stands as evidence of a tick: a file, or a link to its place or to its step.
ALTER TABLE claims ADD COLUMN step_id TEXT NOT NULL DEFAULT '';
ALTER TABLE claims ADD COLUMN has_file INTEGER NOT NULL DEFAULT 0 CHECK (has_file IN (0, 1));
ALTER TABLE claims ADD COLUMN has_link INTEGER NOT NULL DEFAULT 0 CHECK (has_link IN (0, 1));
CREATE INDEX claims_ticked ON claims (project, made_at, target_kind, position, unattested, has_file, has_link, withdrawn_at)
    WHERE withdrawn_at IS NULL;
-- Not by time alone: that would draw questions for the verdicts of one order, which come in that order, away from theirs.
CREATE INDEX verdicts_by_time ON verdicts (project, superseded_by, at);

-- How many minutes somebody works on each day of the week, from a day on.
CREATE TABLE working_hours (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    -- `2026-11-23`, as all days here.
    from_day TEXT NOT NULL,
    monday INTEGER NOT NULL,
    tuesday INTEGER NOT NULL,
    wednesday INTEGER NOT NULL,
    thursday INTEGER NOT NULL,
    friday INTEGER NOT NULL,
    saturday INTEGER NOT NULL,
    sunday INTEGER NOT NULL,
    PRIMARY KEY (project, account_id, from_day)
) STRICT, WITHOUT ROWID;

-- Days on which nobody works.
CREATE TABLE holidays (
    project INTEGER NOT NULL,
    on_day TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (project, on_day)
) STRICT, WITHOUT ROWID;

-- Days on which somebody does not, both ends included.
CREATE TABLE absences (
    project INTEGER NOT NULL,
    absence_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    PRIMARY KEY (project, absence_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX absences_by_end ON absences (project, last_day);

-- Read anew from the orders' events at the next start (`work_orders::renew`).
UPDATE orders SET version = 0;

-- Projected from events: order_schedules, order_schedule_days. (`schedules` are those of background jobs.)
CREATE TABLE order_schedules (
    project BIGINT NOT NULL,
    schedule_id TEXT NOT NULL,
    -- `SC-001`, and the number in it: gap-free per project.
    code TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    -- The procedure that its orders are made from.
    procedure_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'stopped', 'ended')),
    -- The local day on which a paused one goes on by itself.
    until_day TEXT,
    -- Why it is not running, or why the order that is due could not be made; empty otherwise.
    why TEXT NOT NULL,
    asset_tag TEXT NOT NULL,
    assignee_name TEXT NOT NULL,
    -- The order on whose end the next day depends.
    waits_for TEXT,
    -- The local day that comes next, `2026-12-02`; none where it waits for an order, or where none comes.
    next_day TEXT,
    -- When it is to be looked at by itself.
    wake_at BIGINT,
    made BIGINT NOT NULL,
    -- The number of the order that it made last; empty for none.
    last_number TEXT NOT NULL,
    -- Rhythm, end and all else that was asked for, as JSON.
    terms TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Of its stream.
    version BIGINT NOT NULL,
    PRIMARY KEY (project, schedule_id),
    UNIQUE (project, code)
);
CREATE INDEX order_schedules_awake ON order_schedules (project, schedule_id) WHERE wake_at IS NOT NULL OR waits_for IS NOT NULL;
CREATE INDEX order_schedules_of_procedure ON order_schedules (project, procedure_id, sequence);

-- A day of a schedule is settled once.
CREATE TABLE order_schedule_days (
    project BIGINT NOT NULL,
    schedule_id TEXT NOT NULL,
    -- The local day.
    day TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('made', 'missed', 'skipped')),
    -- The order that was made for it.
    order_id TEXT,
    PRIMARY KEY (project, schedule_id, day)
);
CREATE INDEX order_schedule_days_of_order ON order_schedule_days (project, order_id) WHERE order_id IS NOT NULL;

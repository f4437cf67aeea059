-- Projected: an alert that ever fired, was taken or silenced, as it stands. One for each rule and subject of a project.
CREATE TABLE alerts (
    project BIGINT NOT NULL,
    alert_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    -- Whom or what it is about: a persona, a workflow and its stage; empty for all together.
    subject TEXT NOT NULL,
    firing_since BIGINT,
    -- When it was over the last time.
    resolved_at BIGINT,
    -- What was measured when it fired last, in this unit, and what that means in words.
    value BIGINT NOT NULL,
    unit TEXT NOT NULL,
    said TEXT NOT NULL,
    taken_at BIGINT,
    taken_by TEXT,
    taken_name TEXT,
    silenced_at BIGINT,
    silenced_until BIGINT,
    silenced_by TEXT,
    silenced_name TEXT,
    silence_reason TEXT,
    PRIMARY KEY (project, alert_id)
);
CREATE UNIQUE INDEX alerts_once ON alerts (project, rule, subject);
CREATE INDEX alerts_firing ON alerts (project) WHERE firing_since IS NOT NULL;

-- Projected: what happened to alerts, one row an event.
CREATE TABLE alert_changes (
    project BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    -- What was measured, or why somebody silenced it; empty for nothing.
    said TEXT NOT NULL,
    until BIGINT,
    PRIMARY KEY (project, event_id)
);
CREATE INDEX alert_changes_by_time ON alert_changes (project, at, event_id);

-- Primary: when the rules of a project were looked at last, what was measured then, and what waits until it fires or is over.
CREATE TABLE alert_checks (
    project BIGINT NOT NULL PRIMARY KEY,
    checked_at BIGINT NOT NULL,
    measured TEXT NOT NULL,
    watched TEXT NOT NULL
);

-- A notice may be about an alert.
ALTER TABLE notices DROP CONSTRAINT notices_about_kind_check;
ALTER TABLE notices ADD CONSTRAINT notices_about_kind_check
CHECK (about_kind IN ('work_order', 'procedure', 'asset', 'schedule', 'alert'));

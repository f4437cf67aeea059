-- Projected: an alert that ever fired, was taken or silenced, as it stands. One for each rule and subject of a project.
CREATE TABLE alerts (
    project INTEGER NOT NULL,
    alert_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    -- Whom or what it is about: a persona, a workflow and its stage; empty for all together.
    subject TEXT NOT NULL,
    firing_since INTEGER,
    -- When it was over the last time.
    resolved_at INTEGER,
    -- What was measured when it fired last, in this unit, and what that means in words.
    value INTEGER NOT NULL,
    unit TEXT NOT NULL,
    said TEXT NOT NULL,
    taken_at INTEGER,
    taken_by TEXT,
    taken_name TEXT,
    silenced_at INTEGER,
    silenced_until INTEGER,
    silenced_by TEXT,
    silenced_name TEXT,
    silence_reason TEXT,
    PRIMARY KEY (project, alert_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alerts_once ON alerts (project, rule, subject);
CREATE INDEX alerts_firing ON alerts (project) WHERE firing_since IS NOT NULL;

-- Projected: what happened to alerts, one row an event.
CREATE TABLE alert_changes (
    project INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    -- What was measured, or why somebody silenced it; empty for nothing.
    said TEXT NOT NULL,
    until INTEGER,
    PRIMARY KEY (project, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_changes_by_time ON alert_changes (project, at, event_id);

-- Primary: when the rules of a project were looked at last, what was measured then, and what waits until it fires or is over.
CREATE TABLE alert_checks (
    project INTEGER NOT NULL PRIMARY KEY,
    checked_at INTEGER NOT NULL,
    measured TEXT NOT NULL,
    watched TEXT NOT NULL
) STRICT;

-- A notice may be about an alert.
CREATE TABLE notices_anew (
    project INTEGER NOT NULL,
    notice_id TEXT NOT NULL,
    -- Who is told.
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The event it comes of, or what is due when: nobody is told twice of one.
    source TEXT NOT NULL,
    about_kind TEXT NOT NULL CHECK (about_kind IN ('work_order', 'procedure', 'asset', 'schedule', 'alert')),
    about_id TEXT NOT NULL,
    -- What people call it: `WO-2026-031`, `PR-001`.
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    -- The very place, as an address below the server's own.
    place TEXT NOT NULL,
    -- What was said with it, cut short; shown on pages, never mailed.
    said TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    -- When it happened.
    at INTEGER NOT NULL,
    read_at INTEGER,
    mail TEXT NOT NULL CHECK (mail IN ('never', 'digest', 'at_once')),
    -- The mail that carries it.
    mail_id TEXT,
    PRIMARY KEY (project, notice_id)
) STRICT, WITHOUT ROWID;
INSERT INTO notices_anew SELECT * FROM notices;
DROP TABLE notices;
ALTER TABLE notices_anew RENAME TO notices;
CREATE UNIQUE INDEX notices_once ON notices (project, account_id, source, kind);
CREATE INDEX notices_of_account ON notices (project, account_id, at, notice_id);
CREATE INDEX notices_unread ON notices (project, account_id, notice_id) WHERE read_at IS NULL;
CREATE INDEX notices_for_digest ON notices (project, account_id, at) WHERE mail = 'digest' AND mail_id IS NULL;
CREATE INDEX notices_by_source ON notices (project, source);
CREATE INDEX notices_by_time ON notices (at);

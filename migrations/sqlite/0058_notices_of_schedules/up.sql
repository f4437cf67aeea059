-- A notice can be about a schedule. SQLite changes no condition of a table in place.
CREATE TABLE notices_anew (
    project INTEGER NOT NULL,
    notice_id TEXT NOT NULL,
    -- Who is told.
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The event it comes of, or what is due when: nobody is told twice of one.
    source TEXT NOT NULL,
    about_kind TEXT NOT NULL CHECK (about_kind IN ('work_order', 'procedure', 'asset', 'schedule')),
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

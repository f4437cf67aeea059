-- Projected from events; `rebuild` remakes all of it.
CREATE TABLE links (
    project INTEGER NOT NULL,
    link_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    target_kind TEXT NOT NULL CHECK (target_kind IN ('order', 'step', 'item', 'criterion')),
    target_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('hand', 'rule')),
    matched TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (project, link_id)
) STRICT;
CREATE INDEX links_of_order ON links (project, order_id);
CREATE INDEX links_of_trace ON links (project, trace_id);

CREATE TABLE pins (
    project INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    observation_id TEXT NOT NULL,
    revision BLOB NOT NULL CHECK (length(revision) = 32),
    pinned_at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (project, order_id, trace_id, observation_id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX pins_of_trace ON pins (project, trace_id);

CREATE TABLE claims (
    project INTEGER NOT NULL,
    claim_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    target_kind TEXT NOT NULL CHECK (target_kind IN ('step', 'item', 'criterion')),
    target_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    place TEXT NOT NULL,
    statement TEXT NOT NULL,
    context TEXT NOT NULL,
    materiality INTEGER NOT NULL CHECK (materiality IN (0, 1, 2, 4)),
    author_id TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_name TEXT NOT NULL,
    made_at INTEGER,
    unattested INTEGER NOT NULL CHECK (unattested IN (0, 1)),
    withdrawn_at INTEGER,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'supported', 'refuted', 'not_enough_information', 'disputed')),
    PRIMARY KEY (project, claim_id)
) STRICT;
CREATE INDEX claims_of_order ON claims (project, order_id, position);
CREATE INDEX claims_by_standing ON claims (project, standing, made_at);

CREATE TABLE verdicts (
    project INTEGER NOT NULL,
    verdict_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('supported', 'refuted', 'not_enough_information')),
    relation TEXT NOT NULL CHECK (relation IN ('self', 'same_unit', 'independent')),
    judge_id TEXT NOT NULL,
    judge_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    superseded_by TEXT,
    record TEXT NOT NULL,
    PRIMARY KEY (project, verdict_id)
) STRICT;
CREATE INDEX verdicts_of_claim ON verdicts (project, claim_id, at);
CREATE INDEX verdicts_of_order ON verdicts (project, order_id);

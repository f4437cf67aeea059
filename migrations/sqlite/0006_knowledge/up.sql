-- Projected from events; `rebuild` remakes all of it.
CREATE TABLE atoms (
    project INTEGER NOT NULL,
    atom_id TEXT NOT NULL,
    statement TEXT NOT NULL,
    search TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    needs_context INTEGER NOT NULL CHECK (needs_context IN (0, 1)),
    spans TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (project, atom_id)
) STRICT;
CREATE INDEX atoms_by_time ON atoms (project, created_at, atom_id);
CREATE INDEX atoms_by_status ON atoms (project, status, created_at);

CREATE TABLE atom_sources (
    project INTEGER NOT NULL,
    atom_id TEXT NOT NULL,
    verdict_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (project, atom_id, verdict_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX atom_sources_of_order ON atom_sources (project, order_id);

CREATE TABLE atom_status (
    project INTEGER NOT NULL,
    atom_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    status TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project, atom_id, event_id, status)
) STRICT, WITHOUT ROWID;

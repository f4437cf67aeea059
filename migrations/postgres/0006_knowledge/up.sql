-- Projected from events; `rebuild` remakes all of it.
CREATE TABLE atoms (
    project BIGINT NOT NULL,
    atom_id TEXT NOT NULL,
    statement TEXT NOT NULL,
    search TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    needs_context BOOLEAN NOT NULL,
    spans TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (project, atom_id)
);
CREATE INDEX atoms_by_time ON atoms (project, created_at, atom_id);
CREATE INDEX atoms_by_status ON atoms (project, status, created_at);

CREATE TABLE atom_sources (
    project BIGINT NOT NULL,
    atom_id TEXT NOT NULL,
    verdict_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (project, atom_id, verdict_id)
);
CREATE INDEX atom_sources_of_order ON atom_sources (project, order_id);

CREATE TABLE atom_status (
    project BIGINT NOT NULL,
    atom_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    status TEXT NOT NULL,
    why TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project, atom_id, event_id, status)
);

-- Projected from events: account_ties, order_policies. Primary: trace_senders.
CREATE TABLE account_ties (
    account_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('made', 'key', 'same_person')),
    PRIMARY KEY (account_id, other_id, why)
) STRICT, WITHOUT ROWID;

-- Who made an agent's account stands in the open columns of its first event; who made its keys, in their rows.
INSERT INTO account_ties (account_id, other_id, why)
SELECT a.id, e.actor, 'made' FROM accounts a
JOIN events e ON e.project = 0 AND e.stream_kind = 'account' AND e.stream_id = a.id AND e.kind = 'account.created.v1'
WHERE a.kind = 'agent' AND e.actor_kind <> 'system';
INSERT INTO account_ties (account_id, other_id, why)
SELECT DISTINCT account_id, created_by, 'key' FROM api_keys WHERE account_id IS NOT NULL AND created_by <> 'system';

CREATE TABLE order_policies (
    project INTEGER NOT NULL,
    order_type TEXT NOT NULL,
    controlled INTEGER NOT NULL CHECK (controlled IN (0, 1)),
    verification_waived INTEGER NOT NULL CHECK (verification_waived IN (0, 1)),
    closers TEXT NOT NULL CHECK (closers IN ('supervisors', 'supervisors_and_auditors')),
    closer_not_verifier INTEGER NOT NULL CHECK (closer_not_verifier IN (0, 1)),
    evidence_required INTEGER NOT NULL CHECK (evidence_required IN (0, 1)),
    min_reason INTEGER NOT NULL CHECK (min_reason > 0),
    PRIMARY KEY (project, order_type)
) STRICT, WITHOUT ROWID;

-- Agents whose keys sent a trace, or a part of it. Keys that speak for no agent leave no row.
CREATE TABLE trace_senders (
    project INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (project, trace_id, account_id)
) STRICT, WITHOUT ROWID;

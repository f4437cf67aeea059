-- Projected from events: account_ties, order_policies. Primary: trace_senders.
CREATE TABLE account_ties (
    account_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('made', 'key', 'same_person')),
    PRIMARY KEY (account_id, other_id, why)
);

-- Who made an agent's account stands in the open columns of its first event; who made its keys, in their rows.
INSERT INTO account_ties (account_id, other_id, why)
SELECT a.id, e.actor, 'made' FROM accounts a
JOIN events e ON e.project = 0 AND e.stream_kind = 'account' AND e.stream_id = a.id AND e.kind = 'account.created.v1'
WHERE a.kind = 'agent' AND e.actor_kind <> 'system';
INSERT INTO account_ties (account_id, other_id, why)
SELECT DISTINCT account_id, created_by, 'key' FROM api_keys WHERE account_id IS NOT NULL AND created_by <> 'system';

CREATE TABLE order_policies (
    project BIGINT NOT NULL,
    order_type TEXT NOT NULL,
    controlled BOOLEAN NOT NULL,
    verification_waived BOOLEAN NOT NULL,
    closers TEXT NOT NULL CHECK (closers IN ('supervisors', 'supervisors_and_auditors')),
    closer_not_verifier BOOLEAN NOT NULL,
    evidence_required BOOLEAN NOT NULL,
    min_reason INTEGER NOT NULL CHECK (min_reason > 0),
    PRIMARY KEY (project, order_type)
);

-- Agents whose keys sent a trace, or a part of it. Keys that speak for no agent leave no row.
CREATE TABLE trace_senders (
    project BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (project, trace_id, account_id)
);

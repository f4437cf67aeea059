-- Primary: signing_sessions. Projected from events: signing_locks, order_policies.
-- Sessions in which somebody has signed with all components, and from which address: later signatures need the password.
CREATE TABLE signing_sessions (
    session_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    address TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Accounts that may not sign until an admin lifts it, after so many failed attempts in sessions of their own.
CREATE TABLE signing_locks (
    account_id TEXT PRIMARY KEY,
    locked_at BIGINT NOT NULL,
    failures BIGINT NOT NULL CHECK (failures > 0)
);

ALTER TABLE order_policies ADD COLUMN approval_signed BOOLEAN NOT NULL DEFAULT TRUE;

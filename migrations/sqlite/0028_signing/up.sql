-- Primary: signing_sessions. Projected from events: signing_locks, order_policies.
-- Sessions in which somebody has signed with all components, and from which address: later signatures need the password.
CREATE TABLE signing_sessions (
    session_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts that may not sign until an admin lifts it, after so many failed attempts in sessions of their own.
CREATE TABLE signing_locks (
    account_id TEXT PRIMARY KEY,
    locked_at INTEGER NOT NULL,
    failures INTEGER NOT NULL CHECK (failures > 0)
) STRICT, WITHOUT ROWID;

ALTER TABLE order_policies ADD COLUMN approval_signed INTEGER NOT NULL DEFAULT 1 CHECK (approval_signed IN (0, 1));

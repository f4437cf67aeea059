-- Primary: sign_in_guards, sign_in_devices, unknown_sign_ins. Projected from events: password_resets.
-- Failed attempts are counted by account and by where they came from, so that a stranger's keep nobody else out.
DROP TABLE sign_in_guards;
CREATE TABLE sign_in_guards (
    account_id TEXT NOT NULL,
    source TEXT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    last_at INTEGER NOT NULL,
    blocked_until INTEGER,
    PRIMARY KEY (account_id, source)
) STRICT, WITHOUT ROWID;

-- Browsers in which somebody has signed in before; only the SHA-256 of the cookie is kept.
CREATE TABLE sign_in_devices (
    account_id TEXT NOT NULL,
    token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
    last_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, token_hash)
) STRICT, WITHOUT ROWID;

-- Attempts with mail addresses that nobody has, a row a day.
CREATE TABLE unknown_sign_ins (
    day TEXT PRIMARY KEY,
    failures INTEGER NOT NULL CHECK (failures > 0)
) STRICT, WITHOUT ROWID;

-- Passwords set through a link that somebody else made, and how it was confirmed that the right person has them.
CREATE TABLE password_resets (
    account_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    reset_by TEXT NOT NULL,
    reset_by_name TEXT NOT NULL,
    reset_at INTEGER NOT NULL,
    confirmed_by TEXT,
    confirmed_by_name TEXT,
    confirmed_at INTEGER,
    confirmed_how TEXT,
    PRIMARY KEY (account_id, event_id)
) STRICT, WITHOUT ROWID;

-- The password before an unconfirmed reset: whoever knows it is the person.
ALTER TABLE passwords ADD COLUMN former_phc TEXT;
-- Who made a link, with the name printed at that time.
ALTER TABLE set_up_links ADD COLUMN issued_by TEXT;
ALTER TABLE set_up_links ADD COLUMN issued_by_name TEXT;

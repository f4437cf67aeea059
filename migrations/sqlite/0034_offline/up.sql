-- Primary: what devices kept while they had no network and sent later, with the answer each entry was given. An entry that
-- is sent again gets the same answer. Settled ones are forgotten after a while; the record of the order names them for ever.
CREATE TABLE queued_entries (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    -- Made by the device: a UUID.
    entry_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    -- The entry as it came, as JSON; never the bytes of files.
    entry TEXT NOT NULL,
    -- When it was made, as the device says.
    claimed_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    -- applied, conflict or refused.
    outcome TEXT NOT NULL,
    -- The answer, as JSON.
    answer TEXT NOT NULL,
    -- How its part of the order stood right after it.
    standing TEXT NOT NULL,
    -- When nothing was left to decide; mine or theirs, where something was.
    settled_at INTEGER,
    settled_how TEXT NOT NULL,
    PRIMARY KEY (project, account_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX queued_entries_settled ON queued_entries (settled_at);

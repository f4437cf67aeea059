-- Primary, outside the ledger: files that somebody brought and has not yet made orders of. Each goes after a week, or when it was
-- taken or put away.
CREATE TABLE brought_files (
    project INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- As they came; none of a file that was refused.
    bytes BLOB,
    -- Why it was refused; empty where it was not.
    refused TEXT NOT NULL,
    -- What was chosen for it, as a form sends it.
    choices TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project, account_id, file_id)
) STRICT, WITHOUT ROWID;

-- Primary, outside the ledger: where a file of a folder and an order were both changed, until somebody decides.
CREATE TABLE folder_clashes (
    project INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    -- The file as the folder names it.
    path TEXT NOT NULL,
    -- The text that both came from, and that of the file.
    base TEXT NOT NULL,
    file TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- What the file is to become, and the export of the order that it was decided with; none before.
    settled_file TEXT,
    settled_here TEXT,
    settled_by TEXT,
    settled_at INTEGER,
    PRIMARY KEY (project, order_id)
) STRICT, WITHOUT ROWID;

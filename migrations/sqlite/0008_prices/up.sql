-- Versions of the price tables. Project 0 is everybody's; a project's own versions hold its overrides. The event that
-- brought a version names its digest: SHA-256 over the ids of its rows, sorted, each followed by a line feed.
CREATE TABLE price_tables (
    project INTEGER NOT NULL,
    version INTEGER NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    imported_by TEXT NOT NULL,
    PRIMARY KEY (project, version)
) STRICT, WITHOUT ROWID;

-- Prices as they came, never changed: the id is a digest of the content. Dates stand in the content too.
CREATE TABLE price_rows (
    project INTEGER NOT NULL,
    price_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    model TEXT NOT NULL,
    -- Canonical JSON; rates in nano-dollars per million tokens.
    content TEXT NOT NULL,
    PRIMARY KEY (project, price_id)
) STRICT;
CREATE INDEX price_rows_of_version ON price_rows (project, version);

-- What each price computed, and calls whose price nobody knows: small, since most calls are priced.
CREATE INDEX observations_by_price ON observations (project, price) WHERE price IS NOT NULL;
CREATE INDEX observations_unpriced ON observations (project, start_at, model)
    WHERE cost_nanos IS NULL AND usage_convention IS NOT NULL AND model IS NOT NULL;

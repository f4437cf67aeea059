-- Projected from events: how somebody reads times and dates.
CREATE TABLE account_profiles (
    account_id TEXT PRIMARY KEY,
    zone TEXT NOT NULL,
    dates TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Projected from events: how somebody reads times and dates.
CREATE TABLE account_profiles (
    account_id TEXT PRIMARY KEY,
    zone TEXT NOT NULL,
    dates TEXT NOT NULL
);

-- Primary: what somebody sent after their session had ended, until they put it away. One form an account.
CREATE TABLE late_forms (
    account_id TEXT PRIMARY KEY,
    fields TEXT NOT NULL,
    at BIGINT NOT NULL
);

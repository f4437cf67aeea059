-- Projected from events: projects, accounts, memberships, api_keys. Primary: the rest.
CREATE TABLE projects (
    key BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('human', 'agent')),
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE memberships (
    project BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (project, account_id, role)
);
CREATE INDEX memberships_by_account ON memberships (account_id);

CREATE TABLE api_keys (
    project BIGINT NOT NULL,
    id TEXT NOT NULL,
    public_key TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    account_id TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (project, id)
);

CREATE TABLE api_key_secrets (
    key_id TEXT PRIMARY KEY,
    secret_hmac BYTEA NOT NULL CHECK (length(secret_hmac) = 32),
    last_used_at BIGINT
);

CREATE TABLE passwords (
    account_id TEXT PRIMARY KEY,
    phc TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE sign_in_guards (
    account_id TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    locked_until BIGINT
);

CREATE TABLE sign_in_sessions (
    id TEXT PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    account_id TEXT NOT NULL,
    project BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sign_in_sessions_by_account ON sign_in_sessions (account_id, last_seen_at);

CREATE TABLE set_up_links (
    token_hash BYTEA PRIMARY KEY CHECK (length(token_hash) = 32),
    account_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Primary: requests that programs gave a name, with the answers they were given, so that one sent again is carried out once.
-- Forgotten after a week.
CREATE TABLE api_requests (
    project BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    -- The header Idempotency-Key.
    request_key TEXT NOT NULL,
    -- SHA-256 of method, address and body.
    digest BYTEA NOT NULL,
    begun_at BIGINT NOT NULL,
    -- None while nothing is answered.
    status INTEGER,
    -- Where what was made stands; empty for nothing.
    location TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (project, account_id, request_key)
);

CREATE INDEX api_requests_begun ON api_requests (begun_at);

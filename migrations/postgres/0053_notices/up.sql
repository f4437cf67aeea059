-- Who is told of what: all primary. What happened stands in the events; that somebody was told of it, read it or wants no mail of it, is
-- theirs and no business fact.

-- The place in the log up to which notices were made; whoever moves it on made those of the leaves it passed. What was logged before is
-- told to nobody.
CREATE TABLE notice_watermark (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    next_leaf BIGINT NOT NULL
);
INSERT INTO notice_watermark (one, next_leaf) SELECT 1, COALESCE(MAX(leaf_index) + 1, 0) FROM leaves;

CREATE TABLE notices (
    project BIGINT NOT NULL,
    notice_id TEXT NOT NULL,
    -- Who is told.
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The event it comes of, or what is due when: nobody is told twice of one.
    source TEXT NOT NULL,
    about_kind TEXT NOT NULL CHECK (about_kind IN ('work_order', 'procedure', 'asset')),
    about_id TEXT NOT NULL,
    -- What people call it: `WO-2026-031`, `PR-001`.
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    -- The very place, as an address below the server's own.
    place TEXT NOT NULL,
    -- What was said with it, cut short; shown on pages, never mailed.
    said TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    -- When it happened.
    at BIGINT NOT NULL,
    read_at BIGINT,
    mail TEXT NOT NULL CHECK (mail IN ('never', 'digest', 'at_once')),
    -- The mail that carries it.
    mail_id TEXT,
    PRIMARY KEY (project, notice_id)
);
CREATE UNIQUE INDEX notices_once ON notices (project, account_id, source, kind);
CREATE INDEX notices_of_account ON notices (project, account_id, at, notice_id);
CREATE INDEX notices_unread ON notices (project, account_id, notice_id) WHERE read_at IS NULL;
CREATE INDEX notices_for_digest ON notices (project, account_id, at) WHERE mail = 'digest' AND mail_id IS NULL;
CREATE INDEX notices_by_source ON notices (project, source);
CREATE INDEX notices_by_time ON notices (at);

CREATE TABLE notice_settings (
    project BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    -- The hour of the reader's day at which the digest is sent, 0 to 23.
    digest_hour BIGINT NOT NULL,
    -- Until when nothing is mailed and nothing counted.
    quiet_until BIGINT,
    -- Since when they want no mail at all.
    mail_stopped_at BIGINT,
    -- The last morning of theirs that was told.
    morning_at BIGINT NOT NULL,
    -- JSON: how a kind is mailed, where they chose.
    choices TEXT NOT NULL,
    PRIMARY KEY (project, account_id)
);

-- Orders that somebody wants to hear no more of.
CREATE TABLE notice_mutes (
    project BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    muted_at BIGINT NOT NULL,
    PRIMARY KEY (project, account_id, order_id)
);
CREATE INDEX notice_mutes_of_order ON notice_mutes (project, order_id);

CREATE TABLE notice_mails (
    project BIGINT NOT NULL,
    -- That of its notice, or one of its own for a digest; the mail's Message-ID is made of it.
    mail_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    -- The morning whose digest it is; none for a mail of one notice.
    digest_of BIGINT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'dropped')),
    attempts BIGINT NOT NULL,
    -- Why it was not taken, in words; empty where nothing went wrong.
    why TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (project, mail_id)
);
CREATE UNIQUE INDEX notice_mails_once ON notice_mails (project, account_id, digest_of) WHERE digest_of IS NOT NULL;
CREATE INDEX notice_mails_of_account ON notice_mails (project, account_id, created_at);
CREATE INDEX notice_mails_by_time ON notice_mails (created_at);

-- Addresses that are told of what happens in a project.
CREATE TABLE webhooks (
    project BIGINT NOT NULL,
    webhook_id TEXT NOT NULL,
    label TEXT NOT NULL,
    url TEXT NOT NULL,
    -- JSON: the kinds it is told of.
    kinds TEXT NOT NULL,
    -- Sealed under the installation's key; the one before is signed with besides until a moment.
    sealed_secret BYTEA NOT NULL,
    sealed_before BYTEA,
    before_until BIGINT,
    -- Deliveries that failed one after the other.
    failures BIGINT NOT NULL,
    -- Since when and why nothing is sent any more.
    stopped_at BIGINT,
    stopped_why TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, webhook_id)
);

CREATE TABLE webhook_deliveries (
    project BIGINT NOT NULL,
    delivery_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    -- As with notices: one source is delivered once.
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'dropped')),
    attempts BIGINT NOT NULL,
    -- The status of the last answer.
    status BIGINT,
    why TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (project, delivery_id)
);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (project, webhook_id, source, kind);
CREATE INDEX webhook_deliveries_of_hook ON webhook_deliveries (project, webhook_id, created_at);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);

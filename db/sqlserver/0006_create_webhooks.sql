-- Addresses to which streams are posted. Written by their owners, one request at a time (revision), and by the one node that
-- holds the lease: it writes how the sending goes (place, batch_count, attempts, status) before and after each attempt. Every write of
-- that node names the fence; whoever takes the lease over, and every change that the sender must not overwrite, raises it, so
-- that a node that was frozen writes nothing any more. Read by all nodes every second or so: there are hundreds, not millions.
-- Lock order: webhooks, webhook_attempts, webhook_requests, audit_events.
CREATE TABLE dbo.webhooks (
    webhook_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    revision int NOT NULL,             -- counts its owner's changes
    state tinyint NOT NULL,            -- WebhookState
    settings varbinary(max) NOT NULL,  -- encoded Webhook without state, status and place
    secret varbinary(64) NOT NULL,     -- the key of the signature itself: a hash could not sign
    previous_secret varbinary(64) NULL,
    previous_until_us bigint NOT NULL, -- until when the one before is used; 0 without one
    place varbinary(200) NOT NULL,     -- a Cursor: everything before it was accepted
    batch_count int NOT NULL,          -- how many updates the delivery has that is being tried; 0: none is
    replays int NOT NULL,              -- how often it was rewound: part of the ids of deliveries
    attempts bigint NOT NULL,          -- how many were made, ever
    status varbinary(max) NOT NULL,    -- encoded WebhookStatus
    fence bigint NOT NULL,
    lease_owner uniqueidentifier NULL, -- the node that sends
    lease_until_us bigint NOT NULL,    -- until when; 0 without one
    CONSTRAINT pk_webhooks PRIMARY KEY CLUSTERED (webhook_id),
    CONSTRAINT uq_webhooks_consumer UNIQUE (partner_id, stream_id, consumer)
);

-- The latest attempts of each webhook. Written by its sender with the attempt's outcome, which takes the oldest away; read by
-- the owner, newest first.
CREATE TABLE dbo.webhook_attempts (
    webhook_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    attempt bigint NOT NULL,           -- counts the webhook's attempts
    delivery varbinary(max) NOT NULL,  -- encoded WebhookDelivery
    CONSTRAINT pk_webhook_attempts PRIMARY KEY CLUSTERED (webhook_id, attempt)
);

-- The owners' requests that were answered, so that a repeated one has no second effect. Written with the change; kept as long
-- as the webhook, of a deleted one the deletion alone.
CREATE TABLE dbo.webhook_requests (
    request_key binary(32) NOT NULL,   -- SHA-256 of principal, a zero byte and request id, in UTF-8
    webhook_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    fingerprint binary(32) NOT NULL,
    response varbinary(max) NOT NULL,  -- without the secret
    CONSTRAINT pk_webhook_requests PRIMARY KEY CLUSTERED (request_key)
);

CREATE INDEX ix_webhook_requests_webhook ON dbo.webhook_requests (webhook_id);

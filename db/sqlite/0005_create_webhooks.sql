-- Addresses to which streams are posted. Written by their owners, one request at a time (revision), and by the one node that
-- holds the lease: it writes how the sending goes (place, batch_count, attempts, status) before and after each attempt. Every write of
-- that node names the fence; whoever takes the lease over, and every change that the sender must not overwrite, raises it, so
-- that a node that was frozen writes nothing any more. Read by all nodes every second or so, by state.
CREATE TABLE webhooks (
    webhook_id TEXT PRIMARY KEY,
    partner_id TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    consumer TEXT NOT NULL,
    revision INTEGER NOT NULL,           -- counts its owner's changes
    state INTEGER NOT NULL,              -- WebhookState
    settings BLOB NOT NULL,              -- encoded Webhook without state, status and place
    secret BLOB NOT NULL,                -- the key of the signature itself: a hash could not sign
    previous_secret BLOB,
    previous_until_us INTEGER NOT NULL,  -- until when the one before is used; 0 without one
    place BLOB NOT NULL,                 -- a Cursor: everything before it was accepted
    batch_count INTEGER NOT NULL,        -- how many updates the delivery has that is being tried; 0: none is
    replays INTEGER NOT NULL,            -- how often it was rewound: part of the ids of deliveries
    attempts INTEGER NOT NULL,           -- how many were made, ever
    status BLOB NOT NULL,                -- encoded WebhookStatus
    fence INTEGER NOT NULL,
    lease_owner BLOB,                    -- the node that sends
    lease_until_us INTEGER NOT NULL,     -- until when; 0 without one
    UNIQUE (partner_id, stream_id, consumer)
) WITHOUT ROWID;
CREATE INDEX webhooks_state ON webhooks (state);

-- The latest attempts of each webhook. Written by its sender with the attempt's outcome, which takes the oldest away; read by
-- the owner, newest first.
CREATE TABLE webhook_attempts (
    webhook_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,            -- counts the webhook's attempts
    delivery BLOB NOT NULL,              -- encoded WebhookDelivery
    PRIMARY KEY (webhook_id, attempt)
) WITHOUT ROWID;

-- The owners' requests that were answered, so that a repeated one has no second effect. Written with the change; kept as long
-- as the webhook, of a deleted one the deletion alone.
CREATE TABLE webhook_requests (
    principal TEXT NOT NULL,
    request_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    response BLOB NOT NULL,              -- without the secret
    PRIMARY KEY (principal, request_id)
) WITHOUT ROWID;
CREATE INDEX webhook_requests_webhook ON webhook_requests (webhook_id);

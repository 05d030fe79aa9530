-- What each partner was sent, or may have been sent, over streams: ranges of a stream's entries. A node writes a range
-- before it writes the first frame that lies in it, and again when a frame's updates were committed after until_time_us:
-- about once a minute for each reader, whatever the rate. Receipts read it by stream, a reader that comes again looks for
-- the range that it goes on from by partner. Lock order everywhere: deliveries, article_reads, withdrawal_sends,
-- withdrawal_confirmations, stream_contacts, audit_events; the log's tables are only read.
CREATE TABLE deliveries (
    delivery_id INTEGER PRIMARY KEY,     -- random: names the reading that owns the range; who takes it over renames it
    partner_id TEXT NOT NULL,
    consumer TEXT NOT NULL,
    stream_key INTEGER NOT NULL,
    held INTEGER NOT NULL,               -- 1: with access to held articles
    from_number INTEGER NOT NULL,        -- exclusive
    head_number INTEGER NOT NULL,        -- what was killed up to here had no text any more when the reading began
    until_time_us INTEGER NOT NULL,      -- while open: up to this commit time; never compared with a clock
    floor_number INTEGER NOT NULL,       -- what it reached before it was taken over: it never ends before
    through_number INTEGER               -- inclusive; NULL while open, and for good where a node crashed
);
CREATE INDEX deliveries_stream ON deliveries (stream_key, from_number);
CREATE INDEX deliveries_partner ON deliveries (partner_id, consumer, stream_key, held);

-- What retention has taken from the index of streams, as far as it says who was sent an article: entries that carry one and
-- were delivered. Written in the transaction that drops them; read by receipts as if the index still held them. A few
-- bytes for what was megabytes.
CREATE TABLE dropped_memberships (
    article_key INTEGER NOT NULL,
    stream_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    commit_time_us INTEGER NOT NULL,
    open INTEGER NOT NULL,
    held INTEGER NOT NULL,
    PRIMARY KEY (article_key, stream_key, number)
) WITHOUT ROWID;

-- Which partner was given the text of which article by a call, not by a stream. Written before the answer; once for each pair.
CREATE TABLE article_reads (
    article_key INTEGER NOT NULL,
    partner_id TEXT NOT NULL,
    first_time_us INTEGER NOT NULL,
    PRIMARY KEY (article_key, partner_id)
) WITHOUT ROWID;

-- Which kill is known to have been sent to which partner: the transport had taken it. Only for partners that may have been
-- sent the article. Never says more than is known.
CREATE TABLE withdrawal_sends (
    article_key INTEGER NOT NULL,
    partner_id TEXT NOT NULL,
    sent_time_us INTEGER NOT NULL,       -- the first time
    PRIMARY KEY (article_key, partner_id)
) WITHOUT ROWID;

-- Which partner has confirmed which kill. The first confirmation stays.
CREATE TABLE withdrawal_confirmations (
    article_key INTEGER NOT NULL,
    partner_id TEXT NOT NULL,
    consumer TEXT NOT NULL,
    note TEXT NOT NULL,
    confirm_time_us INTEGER NOT NULL,
    PRIMARY KEY (article_key, partner_id)
) WITHOUT ROWID;

-- When each partner was last connected to a stream. Each node writes it for its readers every half minute; read to tell
-- who can be reached by a kill.
CREATE TABLE stream_contacts (
    partner_id TEXT NOT NULL,
    stream_key INTEGER NOT NULL,
    held INTEGER NOT NULL,
    seen_time_us INTEGER NOT NULL,
    PRIMARY KEY (partner_id, stream_key, held)
) WITHOUT ROWID;

-- All kills, newest first. Only kills are in it: other publishes do not write it.
CREATE INDEX log_entries_withdrawn ON log_entries (number) WHERE kind = 6;

-- What the log does not record itself: reads of held articles, refused logins, confirmations, and what retention has taken
-- from the log. Append-only. Read newest first; the key only tells events of one time apart.
CREATE TABLE audit_events (
    event_id INTEGER PRIMARY KEY,
    time_us INTEGER NOT NULL,
    action INTEGER NOT NULL,             -- AuditAction
    principal TEXT NOT NULL,
    key_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL,
    event_count INTEGER NOT NULL
);
CREATE INDEX audit_events_time ON audit_events (time_us, event_id);

-- Who was sent what, and what the log does not record. Lock order, for every writer: deliveries, article_reads,
-- withdrawal_sends, withdrawal_confirmations, stream_contacts, dropped_memberships, audit_events. Retention goes on from there
-- to stream_entries, log_entries and, last, log_state; the others only read the log's tables, and log_state before they begin,
-- so that no append ever waits for them.

-- What each partner was sent, or may have been sent, over streams: ranges of a stream's entries. A node writes a range
-- before it writes the first frame that lies in it, and again when a frame's updates were committed after until_time_us:
-- about once a minute for each reader, whatever the rate. Receipts seek the clustered key by stream, and what they seek never
-- changes: a row that moved while they look could be passed over, and what was sent would not be listed. Who takes a range over
-- changes its delivery_id, which is therefore no part of the key.
CREATE TABLE dbo.deliveries (
    stream_key bigint NOT NULL,
    from_number bigint NOT NULL,       -- exclusive
    range_id uniqueidentifier NOT NULL, -- random: tells ranges that begin at one place apart
    delivery_id bigint NOT NULL,       -- random: names the reading that owns the range now
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    is_held bit NOT NULL,              -- 1: with access to held articles
    head_number bigint NOT NULL,       -- what was killed up to here had no text any more when the reading began
    until_time_us bigint NOT NULL,     -- while open: up to this commit time; never compared with a clock
    floor_number bigint NOT NULL,      -- what it reached before it was taken over: it never ends before
    through_number bigint NULL,        -- inclusive; NULL while open, and for good where a node crashed
    CONSTRAINT pk_deliveries PRIMARY KEY CLUSTERED (stream_key, from_number, range_id)
);

-- A reading extends and ends its range by its id. Not unique: an attempt whose answer was lost may have begun a range already,
-- and one more than needed does no harm.
CREATE INDEX ix_deliveries_delivery ON dbo.deliveries (delivery_id);

-- A reader that comes again looks for the range that it goes on from; a kill, for whether the partner reads at all.
CREATE INDEX ix_deliveries_partner ON dbo.deliveries (partner_id, consumer, stream_key, is_held)
    INCLUDE (head_number, until_time_us, through_number);

-- Which partner was given the text of which article by a call, not by a stream. Written before the answer; once for each pair,
-- hence the key. Read by article.
CREATE TABLE dbo.article_reads (
    article_key bigint NOT NULL,
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    first_time_us bigint NOT NULL,
    CONSTRAINT pk_article_reads PRIMARY KEY CLUSTERED (article_key, partner_id)
);

-- Which kill is known to have been sent to which partner: the transport had taken it. Only for partners that may have been
-- sent the article. Never says more than is known. Read by article; the first time stays.
CREATE TABLE dbo.withdrawal_sends (
    article_key bigint NOT NULL,
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    sent_time_us bigint NOT NULL,
    CONSTRAINT pk_withdrawal_sends PRIMARY KEY CLUSTERED (article_key, partner_id)
);

-- Which partner has confirmed which kill. Read by article; the first confirmation stays.
CREATE TABLE dbo.withdrawal_confirmations (
    article_key bigint NOT NULL,
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    note nvarchar(4000) NOT NULL,      -- 2,000 code points
    confirm_time_us bigint NOT NULL,
    CONSTRAINT pk_withdrawal_confirmations PRIMARY KEY CLUSTERED (article_key, partner_id)
);

-- When each partner was last connected to a stream. Each node writes it for its readers every half minute, by the key; read
-- whole, to tell who can be reached by a kill. As many rows as partners have streams.
CREATE TABLE dbo.stream_contacts (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_key bigint NOT NULL,
    is_held bit NOT NULL,
    seen_time_us bigint NOT NULL,
    CONSTRAINT pk_stream_contacts PRIMARY KEY CLUSTERED (partner_id, stream_key, is_held)
);

-- What retention has taken from the index of streams, as far as it says who was sent an article: entries that carry one and
-- were delivered. Written in the transaction that drops them; read by receipts, by article and after the index, as if the
-- index still held them. A few bytes for what was megabytes.
CREATE TABLE dbo.dropped_memberships (
    article_key bigint NOT NULL,
    stream_key bigint NOT NULL,
    number bigint NOT NULL,
    commit_time_us bigint NOT NULL,
    is_open bit NOT NULL,              -- delivered to readers without access to held articles
    is_held bit NOT NULL,              -- delivered to readers with it
    CONSTRAINT pk_dropped_memberships PRIMARY KEY CLUSTERED (article_key, stream_key, number)
);

-- What the log does not record itself: reads of held articles, refused logins, confirmations, and what retention has taken
-- from the log. Append-only. Read newest first, hence the clustered key; its second part only tells events of one time apart.
CREATE TABLE dbo.audit_events (
    time_us bigint NOT NULL,
    event_id bigint NOT NULL,          -- the entry's number where retention wrote it, else from a writer's random start upwards
    action tinyint NOT NULL,           -- AuditAction
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    subject nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL, -- as long as the log's own: a long one must not stop retention
    detail nvarchar(max) NOT NULL,
    address varchar(200) NOT NULL,
    event_count int NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY CLUSTERED (time_us, event_id)
);

-- All kills, newest first. Only kills are in it: other publishes do not write it.
CREATE INDEX ix_log_entries_withdrawn ON dbo.log_entries (number) INCLUDE (article_key, commit_time_us) WHERE kind = 6;

-- What one write of a node sends, each list in one parameter: one round trip for all its readers.
CREATE TYPE dbo.delivery_range_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,  -- they are written in this order
    is_close bit NOT NULL,             -- whether the range ends; NULL is then what only a reservation has
    delivery_id bigint NOT NULL,
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NULL,
    stream_key bigint NULL,
    is_held bit NULL,
    from_number bigint NULL,
    head_number bigint NULL,
    through_number bigint NULL
);

CREATE TYPE dbo.article_read_list AS TABLE (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    article_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (partner_id, article_id)
);

CREATE TYPE dbo.withdrawal_send_list AS TABLE (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    article_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    sent_time_us bigint NOT NULL,
    PRIMARY KEY (partner_id, article_id)
);

CREATE TYPE dbo.stream_contact_list AS TABLE (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_key bigint NOT NULL,
    is_held bit NOT NULL,
    PRIMARY KEY (partner_id, stream_key, is_held)
);

CREATE TYPE dbo.audit_event_list AS TABLE (
    event_id bigint NOT NULL PRIMARY KEY,
    time_us bigint NOT NULL,
    action tinyint NOT NULL,
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    subject nvarchar(max) NOT NULL,
    detail nvarchar(max) NOT NULL,
    address varchar(200) NOT NULL,
    event_count int NOT NULL
);

-- Streams as they are now. Read whole by every node when log_state.streams_number has moved.
CREATE TABLE streams (
    stream_id TEXT PRIMARY KEY,
    stream_key INTEGER NOT NULL,      -- its filter's row in stream_filters
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    filter BLOB NOT NULL,             -- encoded ArticleFilter
    revision INTEGER NOT NULL,
    create_time_us INTEGER NOT NULL,
    update_time_us INTEGER NOT NULL
) WITHOUT ROWID;

-- Each filter that a stream has ever had. Rows stay when the stream gets another filter or is deleted, so that an old
-- cursor is told apart from a foreign one. The key is the number of the entry that made it: from there on the index is
-- written with each publish.
CREATE TABLE stream_filters (
    stream_key INTEGER PRIMARY KEY,
    stream_id TEXT NOT NULL,
    backfilled_through INTEGER NOT NULL, -- how far the archive before is searched
    retired INTEGER NOT NULL             -- 1 when no stream has this filter any more
);

-- The entries that mean something to a stream's readers. Pages and snapshots of a stream read it by its key; a publish
-- looks up what it says of one article by the index, which holds all that is asked for.
CREATE TABLE stream_entries (
    stream_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    article_key INTEGER NOT NULL,
    open INTEGER NOT NULL,               -- MembershipAction for readers without access to held articles
    held INTEGER NOT NULL,               -- the same for readers with it
    PRIMARY KEY (stream_key, number)
) WITHOUT ROWID;
CREATE INDEX stream_entries_article ON stream_entries (article_key, stream_key, number, open, held);

-- The places that consumers have acknowledged.
CREATE TABLE consumers (
    principal TEXT NOT NULL,
    consumer TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    cursor BLOB NOT NULL,
    rank_number INTEGER NOT NULL,        -- orders places, with rank_within
    rank_within INTEGER NOT NULL,
    acknowledged_time_us INTEGER NOT NULL,
    PRIMARY KEY (principal, consumer, stream_id)
) WITHOUT ROWID;

-- The keys that seal cursors and page tokens. Read at start and when a token names an unknown one.
CREATE TABLE token_keys (
    key_id INTEGER PRIMARY KEY,
    secret BLOB NOT NULL,                -- 32 random bytes
    create_time_us INTEGER NOT NULL
);

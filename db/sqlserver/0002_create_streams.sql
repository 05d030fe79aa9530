-- Streams as they are now. Read whole by every node when log_state.streams_number has moved: a node reads that number, the
-- streams and the number again, and starts over when it has moved in between.
CREATE TABLE dbo.streams (
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_key bigint NOT NULL,        -- its filter's row in stream_filters
    display_name nvarchar(400) NOT NULL, -- 200 code points
    description nvarchar(4000) NOT NULL, -- 2,000 code points
    filter varbinary(max) NOT NULL,    -- encoded ArticleFilter
    revision int NOT NULL,
    create_time_us bigint NOT NULL,
    update_time_us bigint NOT NULL,
    CONSTRAINT pk_streams PRIMARY KEY CLUSTERED (stream_id)
);

-- Each filter that a stream has ever had. Rows stay when the stream gets another filter or is deleted, so that an old
-- cursor is told apart from a foreign one. The key is the number of the entry that made it: from there on the index is
-- written with each publish. Few rows, read whole.
CREATE TABLE dbo.stream_filters (
    stream_key bigint NOT NULL,
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    backfilled_through bigint NOT NULL, -- how far the archive before is searched
    retired bit NOT NULL,              -- 1 when no stream has this filter any more
    CONSTRAINT pk_stream_filters PRIMARY KEY CLUSTERED (stream_key)
);

-- The entries that mean something to a stream's readers. Pages and snapshots of a stream read ranges of the clustered key, so
-- that they cost in proportion to what matches; a publish looks up what it says of one article by the index, which holds all
-- that is asked for. Inserted by appends, behind the counter row, and by the search of the archive.
CREATE TABLE dbo.stream_entries (
    stream_key bigint NOT NULL,
    number bigint NOT NULL,
    article_key bigint NOT NULL,
    open_action tinyint NOT NULL,      -- MembershipAction for readers without access to held articles
    held_action tinyint NOT NULL,      -- the same for readers with it
    CONSTRAINT pk_stream_entries PRIMARY KEY CLUSTERED (stream_key, number)
);

CREATE INDEX ix_stream_entries_article ON dbo.stream_entries (article_key, stream_key, number) INCLUDE (open_action, held_action);

-- The places that consumers have acknowledged. Written with each acknowledgement, by its key; listed whole for the desk.
CREATE TABLE dbo.consumers (
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    place varbinary(200) NOT NULL,     -- encoded cursor
    rank_number bigint NOT NULL,       -- orders places, with rank_within
    rank_within bigint NOT NULL,
    acknowledged_time_us bigint NOT NULL,
    CONSTRAINT pk_consumers PRIMARY KEY CLUSTERED (principal, consumer, stream_id)
);

-- The keys that seal cursors and page tokens. Read at start, now and then, and when a token names an unknown one.
CREATE TABLE dbo.token_keys (
    key_id int NOT NULL,
    secret varbinary(32) NOT NULL,     -- 32 random bytes
    create_time_us bigint NOT NULL,
    CONSTRAINT pk_token_keys PRIMARY KEY CLUSTERED (key_id)
);

-- What the entries of a batch mean to streams.
CREATE TYPE dbo.membership_list AS TABLE (
    ordinal int NOT NULL,              -- the entry's place in the batch
    stream_key bigint NOT NULL,
    open_action tinyint NOT NULL,
    held_action tinyint NOT NULL,
    PRIMARY KEY (ordinal, stream_key)
);

-- What a search of the archive has found for one stream.
CREATE TYPE dbo.backfill_list AS TABLE (
    number bigint NOT NULL PRIMARY KEY,
    article_key bigint NOT NULL,
    open_action tinyint NOT NULL,
    held_action tinyint NOT NULL
);

CREATE TYPE dbo.stream_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,  -- the entry that records the change
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    is_deleted bit NOT NULL,           -- the rest is NULL where it is
    is_new_filter bit NOT NULL,
    stream_key bigint NULL,            -- NULL where the filter is new
    display_name nvarchar(400) NULL,
    description nvarchar(4000) NULL,
    filter varbinary(max) NULL,
    revision int NULL,
    create_time_us bigint NULL,
    update_time_us bigint NULL
);

CREATE TYPE dbo.acknowledgement_list AS TABLE (
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    consumer varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    place varbinary(200) NOT NULL,
    rank_number bigint NOT NULL,
    rank_within bigint NOT NULL,
    acknowledged_time_us bigint NOT NULL,
    is_rewind bit NOT NULL,
    PRIMARY KEY (principal, consumer, stream_id)
);

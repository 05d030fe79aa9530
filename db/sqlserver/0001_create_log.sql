-- All times are microseconds since 1970-01-01 UTC (columns that end in _us): datetime2 would keep as much, but integers are
-- what the service computes with, and every server gives them back unrounded. Ids are compared byte by byte, so that lists
-- have one order wherever they are read. Enumerations are the service's own numbers. Blobs are opaque to SQL.
--
-- Lock order, for every writer: articles (by key), consumers, log_state, and after it only rows that are new. log_state is
-- the one row that all publishers need; it is locked last, and held for as long as the inserts take. Readers (READ COMMITTED,
-- with row versioning on or off) read log_state in a statement of its own, so they never hold anything while they wait for it.

-- The counter row. Written by every append, which takes its number from it: the head that a commit leaves is the last
-- number that any reader may see, so numbers become visible in order. Every read of the log is bounded by it.
CREATE TABLE dbo.log_state (
    id tinyint NOT NULL,
    head bigint NOT NULL,            -- number of the last entry
    head_check bigint NOT NULL,      -- first four bytes of its update id
    commit_time_us bigint NOT NULL,  -- its time: the next is not before it
    streams_number bigint NOT NULL,  -- number of the last entry that changed a stream
    floor_number bigint NOT NULL,    -- highest number that retention has dropped
    sweeps bigint NOT NULL,          -- how often it has dropped something
    epoch int NOT NULL,              -- the current row of log_epochs
    CONSTRAINT pk_log_state PRIMARY KEY CLUSTERED (id),
    CONSTRAINT ck_log_state_single CHECK (id = 1)
);

INSERT INTO dbo.log_state (id, head, head_check, commit_time_us, streams_number, floor_number, sweeps, epoch)
VALUES (1, 0, 0, 0, 0, 0, 0, 1);

-- The incarnations of the log: one more each time that the database is restored from a backup. Read whole, with the head.
CREATE TABLE dbo.log_epochs (
    epoch int NOT NULL,
    epoch_id uniqueidentifier NOT NULL,  -- random
    begins_after bigint NOT NULL,        -- the fork: the last number that it shares with the one before
    begin_time_us bigint NOT NULL,
    CONSTRAINT pk_log_epochs PRIMARY KEY CLUSTERED (epoch)
);

INSERT INTO dbo.log_epochs (epoch, epoch_id, begins_after, begin_time_us) VALUES (1, NEWID(), 0, 0);

-- The log, in commit order. The tail of each node and pages of the stream "all" read ranges of numbers, hence the clustered
-- key; snapshots, lists and retention look up an article's later entries by the index, which holds all that they ask for.
-- Inserts go to the last page, one writer at a time: the counter row already queues them, so there is no page to fight for.
CREATE TABLE dbo.log_entries (
    number bigint NOT NULL,            -- consecutive: given under the counter row, never by an identity or a sequence
    kind tinyint NOT NULL,             -- EntryKind
    update_id uniqueidentifier NOT NULL, -- random. No index: it is looked for only behind a known number
    commit_time_us bigint NOT NULL,
    article_key bigint NULL,           -- NULL in internal entries
    version int NOT NULL,              -- in force for readers with access to held articles
    public_version int NOT NULL,       -- in force for the others; 0: they know of none
    is_public bit NOT NULL,            -- whether the others are told of this entry
    status tinyint NOT NULL,           -- ArticleStatus after it
    content_number bigint NULL,        -- article_versions.number of version, where the kind carries an article
    public_content_number bigint NULL, -- the same of public_version
    content_bytes int NOT NULL,        -- what the two take, in bytes: pages are cut by it before a blob is touched
    memberships varbinary(max) NOT NULL, -- what it means to each stream, packed: for the tail, which reads all streams at once
    advisory nvarchar(max) NOT NULL,
    internal_reason nvarchar(max) NOT NULL,
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    CONSTRAINT pk_log_entries PRIMARY KEY CLUSTERED (number)
);

CREATE INDEX ix_log_entries_article ON dbo.log_entries (article_key, number) INCLUDE (is_public, kind);

-- Where each article stands. The key is the number of its first entry, so that it is known before the insert, ascends, and
-- is all that other tables repeat of it; the contract's id is looked up by the unique index. An append updates its rows
-- before it asks for a number, and that is its check that nobody was there in between.
CREATE TABLE dbo.articles (
    article_key bigint NOT NULL,
    article_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    latest_version int NOT NULL,
    lifted_version int NOT NULL,
    public_version int NOT NULL,
    withheld bit NOT NULL,
    withdrawn bit NOT NULL,
    expired bit NOT NULL,
    embargo_time_us bigint NULL,
    expire_time_us bigint NULL,
    held_expire_time_us bigint NULL,
    first_published_time_us bigint NULL,
    advisory nvarchar(max) NOT NULL,
    internal_reason nvarchar(max) NOT NULL,
    advisory_time_us bigint NULL,
    last_number bigint NOT NULL,       -- its latest entry: an append checks it, so that two writers notice each other
    CONSTRAINT pk_articles PRIMARY KEY CLUSTERED (article_key)
);

CREATE UNIQUE INDEX ux_articles_article_id ON dbo.articles (article_id);
CREATE INDEX ix_articles_embargo ON dbo.articles (embargo_time_us) INCLUDE (article_id) WHERE embargo_time_us IS NOT NULL;
CREATE INDEX ix_articles_expire ON dbo.articles (expire_time_us) INCLUDE (article_id) WHERE expire_time_us IS NOT NULL;

-- Every version of every article, immutable. The key is the number of the entry that made it: pages of the log read it in
-- the order in which it was written, and inserts append.
--
-- The encoded parts stay in the row where they fit (8,000 bytes; most articles do): the tail and pages of full articles, which
-- are most of the reading, then cost one page each, and what is larger goes off the row by itself. Neither ROW nor PAGE
-- compression is set: both work on the prefixes of column values and find nothing in long encoded texts, and compressing them
-- one by one (COMPRESS) would cost the processor at every read what it saves once on the disk.
CREATE TABLE dbo.article_versions (
    number bigint NOT NULL,
    article_key bigint NOT NULL,
    version int NOT NULL,
    change tinyint NOT NULL,           -- ChangeType
    version_time_us bigint NOT NULL,
    content_bytes int NOT NULL,        -- bytes of head, body and desk together
    head varbinary(max) NOT NULL,      -- encoded Article without body, desk-only fields and what the server sets
    body varbinary(max) NOT NULL,      -- encoded Article with the body alone
    desk varbinary(max) NOT NULL,      -- encoded Article with the desk-only fields alone
    CONSTRAINT pk_article_versions PRIMARY KEY CLUSTERED (number)
);

CREATE UNIQUE INDEX ux_article_versions_version ON dbo.article_versions (article_key, version) INCLUDE (content_bytes);

-- Answered requests: a repeated request gets its first answer. Looked up with every append. The key is a hash of principal and
-- request id, because SQL compares texts as if trailing spaces were not there, in every collation, and two requests that
-- differ in them are two.
CREATE TABLE dbo.requests (
    request_key binary(32) NOT NULL,   -- SHA-256 of principal, a zero byte and request id, in UTF-8
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    request_id nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    fingerprint binary(32) NOT NULL,   -- SHA-256 over the request without its id
    number bigint NOT NULL,            -- the entry that it made; 0 when none
    update_id uniqueidentifier NULL,
    commit_time_us bigint NOT NULL,
    response varbinary(max) NOT NULL,  -- encoded response without what only the commit gives
    CONSTRAINT pk_requests PRIMARY KEY CLUSTERED (request_key)
);

-- What one append sends, each list in one parameter: a batch is one round trip, however many articles it has.
CREATE TYPE dbo.entry_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,  -- place in the batch, from 0
    kind tinyint NOT NULL,
    update_id uniqueidentifier NOT NULL,
    article_key bigint NULL,           -- NULL where the article is new, and in internal entries
    key_ordinal int NULL,              -- the entry whose number becomes a new article's key
    version int NOT NULL,
    public_version int NOT NULL,
    is_public bit NOT NULL,
    status tinyint NOT NULL,
    carries bit NOT NULL,              -- whether the kind carries an article
    memberships varbinary(max) NOT NULL,
    advisory nvarchar(max) NOT NULL,
    internal_reason nvarchar(max) NOT NULL,
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    new_version int NULL,              -- NULL where the entry makes no version; the rest is NULL with it
    change tinyint NULL,
    head varbinary(max) NULL,
    body varbinary(max) NULL,
    desk varbinary(max) NULL
);

CREATE TYPE dbo.article_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,
    article_key bigint NULL,           -- NULL where the article is new
    article_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    expected_last_number bigint NOT NULL, -- 0 where the article is new
    first_ordinal int NOT NULL,        -- its first and last entry in the batch
    last_ordinal int NOT NULL,
    first_published bit NOT NULL,      -- whether the commit's time is when it was first published
    advised bit NOT NULL,              -- whether the commit's time is that of the advisory
    latest_version int NOT NULL,
    lifted_version int NOT NULL,
    public_version int NOT NULL,
    withheld bit NOT NULL,
    withdrawn bit NOT NULL,
    expired bit NOT NULL,
    embargo_time_us bigint NULL,
    expire_time_us bigint NULL,
    held_expire_time_us bigint NULL,
    first_published_time_us bigint NULL,
    advisory nvarchar(max) NOT NULL,
    internal_reason nvarchar(max) NOT NULL,
    advisory_time_us bigint NULL
);

CREATE TYPE dbo.request_list AS TABLE (
    request_key binary(32) NOT NULL PRIMARY KEY,
    principal varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    request_id nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    fingerprint binary(32) NOT NULL,
    ordinal int NULL,                  -- the entry that the request made; NULL when none
    response varbinary(max) NOT NULL
);

-- Lists to look up.
CREATE TYPE dbo.key_list AS TABLE (item bigint NOT NULL PRIMARY KEY);
CREATE TYPE dbo.id_list AS TABLE (item varchar(200) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY);
CREATE TYPE dbo.hash_list AS TABLE (item binary(32) NOT NULL PRIMARY KEY);

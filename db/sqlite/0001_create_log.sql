-- All times are microseconds since 1970-01-01 UTC (columns that end in _us). Ids and blobs are opaque to SQL.

-- The counter row. Written by every append, inside its transaction: the head it leaves is the last number that any reader
-- may see, so numbers become visible in order. SQLite has one writer at a time (BEGIN IMMEDIATE), which is the lock.
CREATE TABLE log_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    head INTEGER NOT NULL,            -- number of the last entry
    head_check INTEGER NOT NULL,      -- first four bytes of its update id
    commit_time_us INTEGER NOT NULL,  -- its time: the next is not before it
    streams_number INTEGER NOT NULL,  -- number of the last entry that changed a stream
    floor INTEGER NOT NULL,           -- highest number that retention has dropped
    sweeps INTEGER NOT NULL,          -- how often it has dropped something
    epoch INTEGER NOT NULL            -- the current row of log_epochs
);
INSERT INTO log_state VALUES (1, 0, 0, 0, 0, 0, 0, 1);

-- The incarnations of the log: one more each time that the database is restored from a backup.
CREATE TABLE log_epochs (
    epoch INTEGER PRIMARY KEY,
    epoch_id BLOB NOT NULL,         -- 16 random bytes
    begins_after INTEGER NOT NULL,  -- the fork: the last number that it shares with the one before
    begin_time_us INTEGER NOT NULL
);
INSERT INTO log_epochs VALUES (1, randomblob(16), 0, 0);

-- The log, in commit order. The tail of each node and pages of the stream "all" read it by number; snapshots and lists
-- look up an article's later entries by the index.
CREATE TABLE log_entries (
    number INTEGER PRIMARY KEY,       -- consecutive: given under the counter row, never by the database
    kind INTEGER NOT NULL,            -- EntryKind
    update_id BLOB NOT NULL,          -- 16 random bytes
    commit_time_us INTEGER NOT NULL,
    article_key INTEGER,              -- NULL in internal entries
    version INTEGER NOT NULL,         -- in force for readers with access to held articles
    public_version INTEGER NOT NULL,  -- in force for the others; 0: they know of none
    is_public INTEGER NOT NULL,       -- whether the others are told of this entry
    status INTEGER NOT NULL,          -- ArticleStatus after it
    content_number INTEGER,           -- article_versions.number of version, where the kind carries an article
    public_content_number INTEGER,    -- the same of public_version
    memberships BLOB NOT NULL,        -- what it means to each stream, packed: for the tail, which reads all streams at once
    advisory TEXT NOT NULL,
    internal_reason TEXT NOT NULL,
    principal TEXT NOT NULL
);
CREATE INDEX log_entries_article ON log_entries (article_key, number, is_public);

-- Where each article stands. The key is the number of its first entry, so that it is known before the insert.
CREATE TABLE articles (
    article_key INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE,
    latest_version INTEGER NOT NULL,
    lifted_version INTEGER NOT NULL,
    public_version INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    expired INTEGER NOT NULL,
    embargo_time_us INTEGER,
    expire_time_us INTEGER,
    held_expire_time_us INTEGER,
    first_published_time_us INTEGER,
    advisory TEXT NOT NULL,
    internal_reason TEXT NOT NULL,
    advisory_time_us INTEGER,
    last_number INTEGER NOT NULL      -- its latest entry: an append checks it, so that two writers notice each other
);
CREATE INDEX articles_embargo ON articles (embargo_time_us) WHERE embargo_time_us IS NOT NULL;
CREATE INDEX articles_expire ON articles (expire_time_us) WHERE expire_time_us IS NOT NULL;

-- Every version of every article, immutable. The key is the number of the entry that made it: pages of the log read it in
-- the order in which it was written.
CREATE TABLE article_versions (
    number INTEGER PRIMARY KEY,
    article_key INTEGER NOT NULL,
    version INTEGER NOT NULL,
    change INTEGER NOT NULL,          -- ChangeType
    version_time_us INTEGER NOT NULL,
    head BLOB NOT NULL,               -- encoded Article without body, desk-only fields and what the server sets
    body BLOB NOT NULL,               -- encoded Article with the body alone
    desk BLOB NOT NULL                -- encoded Article with the desk-only fields alone
);
CREATE UNIQUE INDEX article_versions_version ON article_versions (article_key, version);

-- Answered requests: a repeated request gets its first answer. Looked up with every append.
CREATE TABLE requests (
    principal TEXT NOT NULL,
    request_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,        -- SHA-256 over the request without its id
    number INTEGER NOT NULL,          -- the entry that it made; 0 when none
    update_id BLOB,
    commit_time_us INTEGER NOT NULL,
    response BLOB NOT NULL,           -- encoded response without what only the commit gives
    PRIMARY KEY (principal, request_id)
) WITHOUT ROWID;

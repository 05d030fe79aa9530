-- What the version in force says differently from the one before (EncodedChanges), in entries that put another in force; NULL in
-- the others and in those from before this column. Written with the entry, before it is known to anybody, so that every node and
-- every replay gives out the same; read with the entry; dropped with it. At most some 80 KB, counted in content_bytes.
ALTER TABLE dbo.log_entries ADD changes varbinary(max) NULL;

-- A type cannot be altered. No object depends on it: statements name it when they run.
DROP TYPE dbo.entry_list;

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
    desk varbinary(max) NULL,
    changes varbinary(max) NULL
);

-- What the full-text index is made from, and the headlines by which links name articles. Derived from the log and made anew
-- where it is of another one: written in bulk, behind the commits, by whichever node comes first.

-- Up to where the log has been taken in. Moved first by whoever writes, so that writers take turns, and only from where it was
-- read: a second one notices and reads again.
CREATE TABLE dbo.index_state (
    id tinyint NOT NULL,
    epoch_id uniqueidentifier NOT NULL, -- the log's incarnation
    number bigint NOT NULL,            -- the last entry that was taken in
    has_texts bit NOT NULL,            -- whether the texts were kept; where the server has no full-text search they are not
    CONSTRAINT pk_index_state PRIMARY KEY CLUSTERED (id),
    CONSTRAINT ck_index_state_single CHECK (id = 1)
);

INSERT INTO dbo.index_state (id, epoch_id, number, has_texts) VALUES (1, '00000000-0000-0000-0000-000000000000', 0, 0);

-- The texts that everybody may find. The key is the one that a full-text index wants: one column, unique, not null.
CREATE TABLE dbo.public_text (
    article_key bigint NOT NULL,
    headline nvarchar(max) NOT NULL,
    body nvarchar(max) NOT NULL,
    names nvarchar(max) NOT NULL,
    CONSTRAINT pk_public_text PRIMARY KEY CLUSTERED (article_key)
);

-- The texts that only those find who may see held articles. A table, and so an index, of its own: ranks depend on every
-- text in an index, so that a held one would show.
CREATE TABLE dbo.held_text (
    article_key bigint NOT NULL,
    headline nvarchar(max) NOT NULL,
    body nvarchar(max) NOT NULL,
    names nvarchar(max) NOT NULL,
    CONSTRAINT pk_held_text PRIMARY KEY CLUSTERED (article_key)
);

-- The headlines of public articles, folded, for links that name an article by a headline that may be cut at either end:
-- looked up by their beginning and, reversed, by their end. Keys of an index are short, hence the first characters apart.
CREATE TABLE dbo.headlines (
    article_key bigint NOT NULL,
    folded nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    reversed nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    folded_start nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    reversed_start nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    CONSTRAINT pk_headlines PRIMARY KEY CLUSTERED (article_key)
);

CREATE INDEX ix_headlines_folded ON dbo.headlines (folded_start);
CREATE INDEX ix_headlines_reversed ON dbo.headlines (reversed_start);

-- The headlines by which public articles name the ones before and after them, in the same form.
CREATE TABLE dbo.links (
    article_key bigint NOT NULL,
    ordinal int NOT NULL,
    relation tinyint NOT NULL,         -- LinkRelation
    folded nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    reversed nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    folded_start nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    reversed_start nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    CONSTRAINT pk_links PRIMARY KEY CLUSTERED (article_key, ordinal)
);

CREATE INDEX ix_links_folded ON dbo.links (folded_start, relation);
CREATE INDEX ix_links_reversed ON dbo.links (reversed_start, relation);

CREATE TYPE dbo.text_list AS TABLE (
    article_key bigint NOT NULL,
    is_held bit NOT NULL,
    headline nvarchar(max) NOT NULL,
    body nvarchar(max) NOT NULL,
    names nvarchar(max) NOT NULL,
    PRIMARY KEY (article_key, is_held)
);

-- relation is 0 for an article's own headline.
CREATE TYPE dbo.headline_list AS TABLE (
    article_key bigint NOT NULL,
    ordinal int NOT NULL,
    relation tinyint NOT NULL,
    folded nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    reversed nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (article_key, ordinal)
);

CREATE TYPE dbo.phrase_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,
    item nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL
);

-- A search query in postfix order.
CREATE TYPE dbo.search_step_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,
    operation tinyint NOT NULL,        -- SearchOperation
    field tinyint NULL,                -- SearchField of a term; NULL for all
    condition nvarchar(4000) NULL      -- of a term
);

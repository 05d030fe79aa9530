-- The full-text indexes. Not a migration: such statements run in no transaction, and on servers without full-text search not
-- at all. Run after the migrations wherever the server has it, and repeatable: what exists stays.
--
-- Neutral word breaking and no stop words: the archive has many languages, and "the who" must be found. Accents do not
-- count. Changes are taken in by the server, in the background.
IF NOT EXISTS (SELECT name FROM sys.fulltext_catalogs WHERE name = N'syndication_text')
    CREATE FULLTEXT CATALOG syndication_text WITH ACCENT_SENSITIVITY = OFF;
GO
IF NOT EXISTS (SELECT object_id FROM sys.fulltext_indexes WHERE object_id = OBJECT_ID(N'dbo.public_text'))
    CREATE FULLTEXT INDEX ON dbo.public_text (headline LANGUAGE 0, body LANGUAGE 0, names LANGUAGE 0)
        KEY INDEX pk_public_text ON syndication_text WITH (CHANGE_TRACKING = AUTO, STOPLIST = OFF);
GO
IF NOT EXISTS (SELECT object_id FROM sys.fulltext_indexes WHERE object_id = OBJECT_ID(N'dbo.held_text'))
    CREATE FULLTEXT INDEX ON dbo.held_text (headline LANGUAGE 0, body LANGUAGE 0, names LANGUAGE 0)
        KEY INDEX pk_held_text ON syndication_text WITH (CHANGE_TRACKING = AUTO, STOPLIST = OFF);

-- The full-text index, in a file of its own: it is derived from the log and made anew where it is missing, so its writes
-- neither wait for the log's nor hold them up, and need not be on disk at once.

-- Up to where the log has been taken in.
CREATE TABLE index_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch_id BLOB NOT NULL,   -- the log's incarnation
    number INTEGER NOT NULL   -- the last entry that was taken in
);
INSERT INTO index_state VALUES (1, zeroblob(16), 0);

-- Rows are named by articles.article_key. The texts are not kept, only the index: they are in the log's database.
CREATE VIRTUAL TABLE public_text USING fts5(
    headline, body, names, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- The texts that only those find who may see held articles. Apart, because ranks depend on every text in an index.
CREATE VIRTUAL TABLE held_text USING fts5(
    headline, body, names, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- The headlines of public articles, folded, for links that name an article by a headline that may be cut at either end:
-- looked up by their beginning and, reversed, by their end.
CREATE TABLE headlines (
    article_key INTEGER PRIMARY KEY,
    folded TEXT NOT NULL,
    reversed TEXT NOT NULL
);
CREATE INDEX headlines_folded ON headlines (folded);
CREATE INDEX headlines_reversed ON headlines (reversed);

-- The headlines by which public articles name the ones before and after them, in the same form.
CREATE TABLE links (
    article_key INTEGER NOT NULL,
    relation INTEGER NOT NULL,  -- LinkRelation
    folded TEXT NOT NULL,
    reversed TEXT NOT NULL,
    PRIMARY KEY (article_key, relation, folded)
) WITHOUT ROWID;
CREATE INDEX links_folded ON links (folded, relation);
CREATE INDEX links_reversed ON links (reversed, relation);

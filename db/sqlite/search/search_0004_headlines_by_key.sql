-- Headlines were looked up in four B-trees, where each new one goes to a random page: measured, of 100,000 articles that took as
-- long as the whole text. What is looked up is now a key, in an index that is written in sorted runs as the texts' is; the
-- headlines themselves lie in the order of their articles. They are taken in anew.
DROP TABLE headlines;
DROP TABLE links;

-- The headlines of public articles, folded, for links that name an article by a headline that may be cut at either end.
CREATE TABLE headlines (
    article_key INTEGER PRIMARY KEY,
    folded TEXT NOT NULL
);

-- The headlines by which public articles name the ones before and after them, in the same form.
CREATE TABLE links (
    article_key INTEGER NOT NULL,
    relation INTEGER NOT NULL,  -- LinkRelation
    folded TEXT NOT NULL,
    PRIMARY KEY (article_key, relation, folded)
) WITHOUT ROWID;

-- Keys of both (HeadlineTokens), by article: of the whole, and of beginnings and ends of fixed lengths. Which article it is
-- that a link names, the headline itself says.
CREATE VIRTUAL TABLE headline_keys USING fts5(keys, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
INSERT INTO headline_keys (headline_keys, rank) VALUES ('automerge', 8);

UPDATE index_state SET epoch_id = zeroblob(16), number = 0 WHERE id = 1;

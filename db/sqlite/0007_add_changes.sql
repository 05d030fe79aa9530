-- What the version in force says differently from the one before (EncodedChanges), in entries that put another in force; NULL in
-- the others and in those from before this column. Written with the entry, before it is known to anybody, so that every node and
-- every replay gives out the same; read with the entry; dropped with it. At most some 80 KB.
ALTER TABLE log_entries ADD COLUMN changes BLOB;

-- Which findings refuse an article that the stream's filter matches (encoded FindingsGate); NULL: none. Read and written with the
-- stream.
ALTER TABLE streams ADD COLUMN findings_gate BLOB;

-- The vocabularies that filters know, in the form in which they were loaded last. Changed by internal entries of the log, inside the
-- append's transaction, which moves log_state.streams_number: what a stream's filter stands for is decided with them. Read whole when
-- streams are saved, and by filters that name a concept when load_time_us or revision has moved. A handful of rows.
CREATE TABLE vocabularies (
    scheme TEXT PRIMARY KEY,
    uri TEXT NOT NULL,
    revision INTEGER NOT NULL,
    concept_count INTEGER NOT NULL,
    load_time_us INTEGER NOT NULL,
    vocabulary BLOB NOT NULL             -- encoded Vocabulary
);

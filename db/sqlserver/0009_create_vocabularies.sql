-- The vocabularies that filters know, in the form in which they were loaded last. Changed by internal entries of the log, inside the
-- append's transaction, which moves log_state.streams_number: what a stream's filter stands for is decided with them. Read whole when
-- streams are saved, and by filters that name a concept when load_time_us or revision has moved. A handful of rows.
CREATE TABLE dbo.vocabularies (
    scheme varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    uri nvarchar(1000) NOT NULL,
    revision int NOT NULL,
    concept_count int NOT NULL,
    load_time_us bigint NOT NULL,
    vocabulary varbinary(max) NOT NULL, -- encoded Vocabulary
    CONSTRAINT pk_vocabularies PRIMARY KEY CLUSTERED (scheme)
);

CREATE TYPE dbo.vocabulary_list AS TABLE (
    scheme varchar(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    is_deleted bit NOT NULL,           -- the rest is NULL where it is
    uri nvarchar(1000) NULL,
    revision int NULL,
    concept_count int NULL,
    vocabulary varbinary(max) NULL
);

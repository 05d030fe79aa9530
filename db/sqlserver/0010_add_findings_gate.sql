-- Which findings refuse an article that the stream's filter matches (encoded FindingsGate); NULL: none. Read and written with the
-- stream.
ALTER TABLE dbo.streams ADD findings_gate varbinary(max) NULL;

-- A type cannot be altered. No object depends on it: statements name it when they run.
DROP TYPE dbo.stream_list;

CREATE TYPE dbo.stream_list AS TABLE (
    ordinal int NOT NULL PRIMARY KEY,  -- the entry that records the change
    stream_id varchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    is_deleted bit NOT NULL,           -- the rest is NULL where it is
    is_new_filter bit NOT NULL,
    stream_key bigint NULL,            -- NULL where the filter is new
    display_name nvarchar(400) NULL,
    description nvarchar(4000) NULL,
    filter varbinary(max) NULL,
    revision int NULL,
    create_time_us bigint NULL,
    update_time_us bigint NULL,
    findings_gate varbinary(max) NULL
);

-- The scripts that the database has. Read at every start; written by each script's own transaction, under the application lock
-- "syndication:migrate", so that of several nodes that start at once one migrates and the others find it done.
CREATE TABLE dbo.schema_migrations (
    script varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    apply_time_us bigint NOT NULL,     -- microseconds since 1970-01-01 UTC
    CONSTRAINT pk_schema_migrations PRIMARY KEY CLUSTERED (script)
);

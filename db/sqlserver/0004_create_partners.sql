-- Partners as they are now, with their grants. Changed by internal entries of the log, inside the append's transaction and before
-- it asks for a number, like articles; read whole by every node when its tail comes to such an entry. There are hundreds, not
-- millions.
CREATE TABLE dbo.partners (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    revision int NOT NULL,             -- an append checks it, so that two administrators notice each other
    partner varbinary(max) NOT NULL,   -- encoded Partner
    CONSTRAINT pk_partners PRIMARY KEY CLUSTERED (partner_id)
);

-- Keys of partners and staff, revoked ones among them. Written and read like partners.
CREATE TABLE dbo.api_keys (
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    secret_hash binary(32) NOT NULL,   -- SHA-256; the secret is stored nowhere
    api_key varbinary(max) NOT NULL,   -- encoded ApiKey without its time of last use
    CONSTRAINT pk_api_keys PRIMARY KEY CLUSTERED (key_id)
);

CREATE UNIQUE INDEX ux_api_keys_secret_hash ON dbo.api_keys (secret_hash);

-- When keys were used last. Written by each node now and then, outside the log; read when keys are listed.
CREATE TABLE dbo.key_uses (
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    last_used_time_us bigint NOT NULL,
    CONSTRAINT pk_key_uses PRIMARY KEY CLUSTERED (key_id)
);

-- What each partner has used on each day, UTC. Each node adds what it has counted every few seconds; the quota and the
-- partner's own view read it by partner, the nodes read one day of all partners.
CREATE TABLE dbo.usage_days (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    day_number int NOT NULL,           -- yyyymmdd
    requests bigint NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT pk_usage_days PRIMARY KEY CLUSTERED (partner_id, day_number)
);

CREATE TYPE dbo.partner_list AS TABLE (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    expected_revision int NOT NULL,    -- 0 where the partner is new
    revision int NOT NULL,
    partner varbinary(max) NOT NULL
);

CREATE TYPE dbo.api_key_list AS TABLE (
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    is_new bit NOT NULL,
    secret_hash binary(32) NOT NULL,
    api_key varbinary(max) NOT NULL
);

CREATE TYPE dbo.key_use_list AS TABLE (
    key_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    last_used_time_us bigint NOT NULL
);

CREATE TYPE dbo.usage_list AS TABLE (
    partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    day_number int NOT NULL,
    requests bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (partner_id, day_number)
);

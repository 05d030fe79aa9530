-- Partners as they are now, with their grants. Changed by internal entries of the log, inside the append's transaction; read
-- whole by every node when its tail comes to such an entry. There are hundreds, not millions.
CREATE TABLE partners (
    partner_id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,          -- an append checks it, so that two administrators notice each other
    partner BLOB NOT NULL               -- encoded Partner
) WITHOUT ROWID;

-- Keys of partners and staff, revoked ones among them. Written and read like partners.
CREATE TABLE api_keys (
    key_id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,   -- SHA-256; the secret is stored nowhere
    api_key BLOB NOT NULL               -- encoded ApiKey without its time of last use
) WITHOUT ROWID;

-- When keys were used last. Written by each node now and then, outside the log; read when keys are listed.
CREATE TABLE key_uses (
    key_id TEXT PRIMARY KEY,
    last_used_time_us INTEGER NOT NULL
) WITHOUT ROWID;

-- What each partner has used on each day, UTC. Each node adds what it has counted every few seconds; the quota and the
-- partner's own view read it by partner, the nodes read one day of all partners.
CREATE TABLE usage_days (
    partner_id TEXT NOT NULL,
    day INTEGER NOT NULL,               -- yyyymmdd
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (partner_id, day)
) WITHOUT ROWID;

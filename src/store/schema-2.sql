-- Version 2: generation data groups, expiration dates.
CREATE TABLE generation_group (
    name        TEXT PRIMARY KEY,
    most        INTEGER NOT NULL,
    scratch     INTEGER NOT NULL,
    empty       INTEGER NOT NULL,
    fifo        INTEGER NOT NULL,
    purge       INTEGER NOT NULL,
    extended    INTEGER NOT NULL,
    created     TEXT NOT NULL
) STRICT;
CREATE TABLE generation (
    name   TEXT PRIMARY KEY,
    base   TEXT NOT NULL REFERENCES generation_group (name) ON DELETE CASCADE,
    -- ACTIVE, DEFERRED (made, not rolled in) or ROLLED OFF.
    status TEXT NOT NULL
) STRICT;
-- The first day on which the data set may be deleted, as in 2026-01-31.
ALTER TABLE dataset ADD COLUMN expires TEXT;

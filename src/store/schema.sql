-- Version 1. Times are ISO 8601 local times of the emulated system.
CREATE TABLE volume (
    serial    TEXT PRIMARY KEY,
    cylinders INTEGER NOT NULL
) STRICT;
CREATE TABLE dataset (
    id               INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE,
    partitioned      INTEGER NOT NULL,
    recfm            INTEGER,
    lrecl            INTEGER,
    blksize          INTEGER,
    volume           TEXT NOT NULL,
    created          TEXT NOT NULL,
    primary_tracks   INTEGER NOT NULL,
    secondary_tracks INTEGER NOT NULL,
    directory_blocks INTEGER NOT NULL,
    allocated_tracks INTEGER NOT NULL,
    extents          INTEGER NOT NULL,
    used_cells       INTEGER NOT NULL,
    records          INTEGER NOT NULL,
    bytes            INTEGER NOT NULL,
    content          TEXT
) STRICT;
CREATE TABLE member (
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    records     INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    -- An alias has the content of its member: both names lead to the same place.
    content     TEXT NOT NULL,
    user_data   BLOB NOT NULL,
    alias_of    TEXT,
    PRIMARY KEY (dataset, name)
) STRICT;
-- Files that may be there although no entry points to them: about to be cataloged, or about to be removed.
CREATE TABLE orphan (
    content TEXT PRIMARY KEY,
    run     TEXT NOT NULL
) STRICT;
-- Space held by data sets that running jobs are writing.
CREATE TABLE reservation (
    run    TEXT NOT NULL,
    name   TEXT NOT NULL,
    volume TEXT NOT NULL,
    tracks INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) STRICT;
CREATE TABLE fixture (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL
) STRICT;
CREATE TABLE job (
    number    INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    user      TEXT NOT NULL,
    submitted TEXT NOT NULL,
    status    TEXT NOT NULL,
    -- The run that is executing it; null once it has ended.
    run       TEXT
) STRICT;
CREATE TABLE spool (
    job     INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    id      INTEGER NOT NULL,
    ddname  TEXT NOT NULL,
    step    TEXT NOT NULL,
    class   TEXT NOT NULL,
    recfm   INTEGER NOT NULL,
    lrecl   INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (job, id)
) STRICT;
CREATE TABLE userid (
    name        TEXT PRIMARY KEY,
    last_access TEXT NOT NULL
) STRICT;
CREATE TABLE certificate (
    id    INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    label TEXT NOT NULL,
    der   BLOB NOT NULL,
    key   BLOB,
    UNIQUE (owner, label)
) STRICT;
-- RSA keys by label, the PKDS of ICSF; without pkcs8 only the public half is known.
CREATE TABLE rsa_key (
    label TEXT PRIMARY KEY,
    spki  BLOB NOT NULL,
    pkcs8 BLOB
) STRICT;
CREATE TABLE ring (
    owner TEXT NOT NULL,
    name  TEXT NOT NULL,
    PRIMARY KEY (owner, name)
) STRICT;
CREATE TABLE ring_entry (
    owner       TEXT NOT NULL,
    ring        TEXT NOT NULL,
    certificate INTEGER NOT NULL REFERENCES certificate (id) ON DELETE CASCADE,
    usage       TEXT NOT NULL,
    is_default  INTEGER NOT NULL,
    PRIMARY KEY (owner, ring, certificate),
    FOREIGN KEY (owner, ring) REFERENCES ring (owner, name) ON DELETE CASCADE
) STRICT;
CREATE TABLE inbox (
    id       INTEGER PRIMARY KEY,
    received TEXT NOT NULL,
    path     TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    user     TEXT NOT NULL,
    content  TEXT NOT NULL UNIQUE,
    -- The run that is delivering it; null once it is delivered.
    run      TEXT
) STRICT;

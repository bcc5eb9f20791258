-- Remotes of this device, what was chosen for their workspaces, and the diary of synchronisation. Device-local; tokens are
-- kept outside of the database. Conventions as in the first migration.

-- user and email are those of the token over there: in a workspace of this remote the local owner acts as that user. pin
-- is the SHA-256 of its certificate in hex, '' = the usual rules. byte_rate is bytes a second, 0 = no limit. keep_new = 1:
-- a workspace that appears there is kept here as well.
CREATE TABLE remote (
  key       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  url       TEXT NOT NULL UNIQUE,
  pin       TEXT NOT NULL,
  user      TEXT NOT NULL,
  email     TEXT NOT NULL,
  paused    INTEGER NOT NULL DEFAULT 0,
  byte_rate INTEGER NOT NULL DEFAULT 0,
  keep_new  INTEGER NOT NULL DEFAULT 1,
  added_at  INTEGER NOT NULL
);

-- The workspaces of a remote by id, with or without a row of their own here: one that is not kept has none. A workspace
-- has one remote at most. name and role are as last heard; succeeded is when a round last ended well, digest what both sides
-- last agreed on, at the hub's commit agreed_seq.
CREATE TABLE remote_workspace (
  remote     INTEGER NOT NULL REFERENCES remote(key) ON DELETE CASCADE,
  workspace  TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL DEFAULT '',
  role       TEXT NOT NULL DEFAULT '',
  kept       INTEGER NOT NULL,
  mode       TEXT NOT NULL,
  succeeded  INTEGER,
  digest     TEXT NOT NULL DEFAULT '',
  agreed_seq INTEGER NOT NULL DEFAULT 0,
  agreed_at  INTEGER,
  PRIMARY KEY (remote, workspace)
) WITHOUT ROWID;

-- What synchronisation did, a line each: names is a JSON list of a few documents. Lines of one kind close together are one
-- line that grows. Times are Unix seconds; began is when the line did.
CREATE TABLE sync_entry (
  key       INTEGER PRIMARY KEY,
  began     INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  remote    TEXT NOT NULL,
  workspace TEXT NOT NULL,
  count     INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  names     TEXT NOT NULL,
  detail    TEXT NOT NULL
);
CREATE INDEX sync_entry_at ON sync_entry (at);

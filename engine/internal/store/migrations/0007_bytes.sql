-- When bytes in a workspace's reach were last opened, for the cache. at is when they came: a day later they go, when nothing
-- of the workspace names them any more.
ALTER TABLE reach ADD COLUMN used INTEGER NOT NULL DEFAULT 0;

-- Of a workspace that has a remote: what this device keeps of its bytes (index, pinned, names). Without a row the
-- workspace has no remote, and nothing of it is fetched or dropped.
CREATE TABLE bytes_mode (
  workspace INTEGER PRIMARY KEY REFERENCES workspace(key),
  mode      TEXT NOT NULL
);

-- Contents whose bytes are not here, by what would bring them back.
CREATE INDEX content_remote ON content (workspace, sha256) WHERE remote = 1;

-- mirror = 1: the folder shows every document of its workspace, and what is done in it is done to the workspace.
ALTER TABLE folder ADD COLUMN mirror INTEGER NOT NULL DEFAULT 0;

-- Second files of documents in conflict, which a mirror wrote beside the first: no documents themselves.
CREATE TABLE mirror_copy (
  folder  INTEGER NOT NULL REFERENCES folder(key),
  path    BLOB NOT NULL,
  content INTEGER NOT NULL,
  sha256  BLOB NOT NULL,
  PRIMARY KEY (folder, path)
) WITHOUT ROWID;

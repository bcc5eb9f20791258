-- Conventions. Times are Unix seconds. Hashes are 32 raw bytes; a file that could not be read has an empty one. Ids are
-- UUIDs as text and unique; joins go by small integer keys that never leave this device. Truth stands first, what is
-- derived from it and may be wiped stands last.

-- Values of which there is one: the ids of this device and of this database's history, the local owner.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Devices that have written versions or fields, so that the journal can name them by a small number. Key 1 is this one.
-- counter is the last counter it issued, clock the greatest hybrid clock reading seen from anyone (this device's row only).
CREATE TABLE device (
  key     INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  counter INTEGER NOT NULL DEFAULT 0,
  clock   INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE organization (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

-- role is the standing in the organization: owner, internal or member.
CREATE TABLE user (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  email        TEXT NOT NULL UNIQUE,
  organization INTEGER NOT NULL REFERENCES organization(key),
  role         TEXT NOT NULL,
  created_at   INTEGER NOT NULL
);

-- seq is the number of the last commit in the workspace's feed. A deleted workspace stays as a tombstone while its
-- contents are removed in slices; version counts changes of name, description, documents and members.
CREATE TABLE workspace (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  organization INTEGER NOT NULL REFERENCES organization(key),
  name         TEXT NOT NULL,
  description  TEXT NOT NULL DEFAULT '',
  icon         TEXT NOT NULL DEFAULT '',
  color        TEXT NOT NULL DEFAULT '',
  archived     INTEGER NOT NULL DEFAULT 0,
  dataspace    TEXT NOT NULL UNIQUE,
  version      INTEGER NOT NULL DEFAULT 1,
  seq          INTEGER NOT NULL DEFAULT 0,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  deleted_at   INTEGER
);

-- Who may do what. A user's default workspace is the member row with the least key.
CREATE TABLE member (
  key        INTEGER PRIMARY KEY,
  workspace  INTEGER NOT NULL REFERENCES workspace(key),
  user       INTEGER NOT NULL REFERENCES user(key),
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (workspace, user)
);
CREATE INDEX member_user ON member (user);

-- Access tokens: only the SHA-256 of the secret is kept.
CREATE TABLE token (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  user         INTEGER NOT NULL REFERENCES user(key),
  workspace    INTEGER REFERENCES workspace(key),
  abilities    TEXT NOT NULL,
  hash         BLOB NOT NULL UNIQUE,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER,
  revoked_at   INTEGER
);

-- Watched directories of this device. device is the file system of the root when last seen, 0 = never.
CREATE TABLE folder (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  workspace  INTEGER NOT NULL REFERENCES workspace(key),
  path       BLOB NOT NULL UNIQUE,
  ignore     TEXT NOT NULL,
  state      TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',
  device     INTEGER NOT NULL DEFAULT 0,
  skipped    INTEGER NOT NULL DEFAULT 0,
  await_gone INTEGER NOT NULL DEFAULT 0,
  last_scan  INTEGER,
  added_by   TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

-- Documents. What is synchronised of them stands in the item tables as well. folder and kept_path say where the bytes
-- lie on this device; neither set: in the blob store. remote = 1: the bytes are not here, or not followed any more, and
-- nothing waits for them.
--
-- text_of is "sha256:configuration" of the stored text, stale = 1 while that differs from the present bytes and the
-- present configuration: what waits to be read is a query, never a queue. A failure keeps stale = 1 and a time for the
-- next attempt, or stale = 0 when trying the same bytes again is pointless.
CREATE TABLE content (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  workspace    INTEGER NOT NULL REFERENCES workspace(key),
  folder       INTEGER REFERENCES folder(key),
  kept_path    BLOB,
  name         TEXT NOT NULL,
  name_fold    TEXT NOT NULL,
  format       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  sha256       BLOB NOT NULL,
  source       TEXT NOT NULL,
  category     TEXT,
  metadata     TEXT,
  added_by     TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  deleted_at   INTEGER,
  title        TEXT NOT NULL DEFAULT '',
  pages        INTEGER NOT NULL DEFAULT 0,
  passages     INTEGER NOT NULL DEFAULT 0,
  text_of      TEXT,
  stale        INTEGER NOT NULL DEFAULT 1,
  remote       INTEGER NOT NULL DEFAULT 0,
  interactive  INTEGER NOT NULL DEFAULT 0,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER NOT NULL DEFAULT 0,
  failure      TEXT,
  failed_at    INTEGER
);

-- What waits to be read, in the order of reading: what a person waits for first, small before large.
CREATE INDEX content_waiting ON content (interactive DESC, size, key, folder, next_attempt, workspace)
  WHERE stale = 1 AND remote = 0 AND deleted_at IS NULL;
-- No partial index here has a condition IS NOT NULL: while looking whether a query implies one, SQLite ties the plan to
-- the values of the query's variables and prepares the statement anew at every execution (measured: 4 µs became 180).
CREATE INDEX content_failed ON content (failed_at, stale, next_attempt) WHERE failed_at > 0 AND deleted_at IS NULL;
CREATE INDEX content_live ON content (workspace, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX content_trash ON content (deleted_at, passages) WHERE deleted_at > 0;
CREATE INDEX content_folder ON content (folder);
CREATE INDEX content_blob ON content (sha256) WHERE source <> 'folder';

-- Counts of live documents by workspace and folder (0 = none), kept by triggers because status is asked every second
-- and counting a hundred thousand rows is not free. unread: waiting for their first attempt; failed: with a failure.
CREATE TABLE tally (
  workspace INTEGER NOT NULL,
  folder    INTEGER NOT NULL,
  live      INTEGER NOT NULL DEFAULT 0,
  unread    INTEGER NOT NULL DEFAULT 0,
  failed    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace, folder)
) WITHOUT ROWID;

CREATE TRIGGER content_counted AFTER INSERT ON content WHEN NEW.deleted_at IS NULL BEGIN
  INSERT INTO tally (workspace, folder, live, unread, failed)
  VALUES (NEW.workspace, ifnull(NEW.folder, 0), 1, NEW.stale = 1 AND NEW.remote = 0 AND NEW.failure IS NULL, NEW.failure IS NOT NULL)
  ON CONFLICT DO UPDATE SET live = live + 1, unread = unread + excluded.unread, failed = failed + excluded.failed;
END;

CREATE TRIGGER content_recounted AFTER UPDATE OF workspace, folder, deleted_at, stale, remote, failure ON content
WHEN OLD.workspace <> NEW.workspace OR OLD.folder IS NOT NEW.folder OR OLD.deleted_at IS NOT NEW.deleted_at
  OR OLD.stale <> NEW.stale OR OLD.remote <> NEW.remote OR OLD.failure IS NOT NEW.failure BEGIN
  UPDATE tally SET live = live - 1,
    unread = unread - (OLD.stale = 1 AND OLD.remote = 0 AND OLD.failure IS NULL),
    failed = failed - (OLD.failure IS NOT NULL)
  WHERE workspace = OLD.workspace AND folder = ifnull(OLD.folder, 0) AND OLD.deleted_at IS NULL;
  INSERT INTO tally (workspace, folder, live, unread, failed)
  SELECT NEW.workspace, ifnull(NEW.folder, 0), 1, NEW.stale = 1 AND NEW.remote = 0 AND NEW.failure IS NULL, NEW.failure IS NOT NULL
  WHERE NEW.deleted_at IS NULL
  ON CONFLICT DO UPDATE SET live = live + 1, unread = unread + excluded.unread, failed = failed + excluded.failed;
END;

CREATE TRIGGER content_uncounted AFTER DELETE ON content WHEN OLD.deleted_at IS NULL BEGIN
  UPDATE tally SET live = live - 1,
    unread = unread - (OLD.stale = 1 AND OLD.remote = 0 AND OLD.failure IS NULL),
    failed = failed - (OLD.failure IS NOT NULL)
  WHERE workspace = OLD.workspace AND folder = ifnull(OLD.folder, 0);
END;

-- Files of watched folders as last captured: what a scan compares with. excluded = 1: a person deleted the content
-- while the file stays; it is not added again until its bytes change. content then still names the one in the trash.
CREATE TABLE file (
  key      INTEGER PRIMARY KEY,
  folder   INTEGER NOT NULL REFERENCES folder(key),
  path     BLOB NOT NULL,
  size     INTEGER NOT NULL,
  mtime    INTEGER NOT NULL,
  inode    INTEGER NOT NULL,
  birth    INTEGER NOT NULL,
  sha256   BLOB NOT NULL,
  content  INTEGER REFERENCES content(key),
  excluded INTEGER NOT NULL DEFAULT 0,
  UNIQUE (folder, path)
);
CREATE INDEX file_bytes ON file (folder, sha256);
CREATE INDEX file_inode ON file (folder, inode);
CREATE INDEX file_content ON file (content);

-- Bytes of uploads up to 64 KiB; larger ones are files.
CREATE TABLE small_blob (
  key    INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  bytes  BLOB NOT NULL
);

-- The journal: one row per synchronised thing at its newest change, written in the same transaction as the change.
-- seq is the commit of that change in the workspace's feed; vector is the causal context as JSON, device id -> counter;
-- dirty = 1: differs from what the hub has shown. The clock and the counters of dots never run back (device).
CREATE TABLE item (
  key       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL,
  workspace INTEGER NOT NULL REFERENCES workspace(key),
  seq       INTEGER NOT NULL,
  vector    TEXT NOT NULL,
  dirty     INTEGER NOT NULL
);
CREATE INDEX item_feed ON item (workspace, seq);
CREATE INDEX item_dirty ON item (workspace, seq) WHERE dirty = 1;

-- Live versions: one normally, none = deleted, two or more = a conflict.
CREATE TABLE item_version (
  item    INTEGER NOT NULL,
  device  INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  blob    BLOB NOT NULL,
  PRIMARY KEY (item, device, counter)
) WITHOUT ROWID;

-- Fields: JSON values under the stamp (hybrid clock, device) of the write that set them; the newest stamp wins.
CREATE TABLE item_field (
  item   INTEGER NOT NULL,
  name   TEXT NOT NULL,
  value  TEXT NOT NULL,
  clock  INTEGER NOT NULL,
  device INTEGER NOT NULL,
  PRIMARY KEY (item, name)
) WITHOUT ROWID;

-- One row a commit and workspace. The random token tells a cursor of this history from one of another.
CREATE TABLE feed_commit (
  workspace INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  token     BLOB NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (workspace, seq)
) WITHOUT ROWID;

-- Values that synchronisation keeps in the same transaction as items: cursor, receipt, clock.
CREATE TABLE feed_note (
  workspace INTEGER NOT NULL,
  name      TEXT NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (workspace, name)
) WITHOUT ROWID;

-- Derived from here on.

-- Text as extracted, one row a page; blocks is JSON.
CREATE TABLE page (
  key     INTEGER PRIMARY KEY,
  content INTEGER NOT NULL REFERENCES content(key),
  number  INTEGER NOT NULL,
  text    TEXT NOT NULL,
  blocks  TEXT,
  UNIQUE (content, number)
);

-- Passages: half-open ranges of code points of a page, with their text so that a hit needs no page. Ids are never used
-- twice: the vector index outside of this database goes by them.
CREATE TABLE passage (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  content    INTEGER NOT NULL REFERENCES content(key),
  ordinal    INTEGER NOT NULL,
  page       INTEGER NOT NULL,
  start_at   INTEGER NOT NULL,
  end_at     INTEGER NOT NULL,
  context    TEXT NOT NULL,
  text       TEXT NOT NULL
);
CREATE INDEX passage_content ON passage (content, ordinal);

-- Keyword rows of live passages (rowid = passage id) and of live contents' names and metadata (rowid = content key).
-- Contentless: runs of scripts without spaces are split to bigrams before they come here, so the text would not be the
-- document's. Marks count as letters: without them Indic and Thai words fall apart.
CREATE VIRTUAL TABLE passage_text USING fts5(title, body, content='', contentless_delete=1,
  tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE name_text USING fts5(name, metadata, content='', contentless_delete=1,
  tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");

-- Embedding models by fingerprint, with the number of their vectors (kept by triggers).
CREATE TABLE model (
  key         INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  vectors     INTEGER NOT NULL DEFAULT 0
);

-- Vectors of live passages: little-endian float32.
CREATE TABLE vector (
  key     INTEGER PRIMARY KEY,
  passage INTEGER NOT NULL,
  model   INTEGER NOT NULL REFERENCES model(key),
  vector  BLOB NOT NULL,
  UNIQUE (passage, model)
);

CREATE TRIGGER vector_counted AFTER INSERT ON vector BEGIN
  UPDATE model SET vectors = vectors + 1 WHERE key = NEW.model;
END;
CREATE TRIGGER vector_uncounted AFTER DELETE ON vector BEGIN
  UPDATE model SET vectors = vectors - 1 WHERE key = OLD.model;
END;

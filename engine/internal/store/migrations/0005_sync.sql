-- Synchronisation: feeds of workspaces and of persons, graves, pages of a running pull, bytes in a workspace's reach,
-- conflicts, and what a person keeps beside documents. Conventions as in the first migration.

-- What is synchronised as a whole: a workspace, or what one person has beside workspaces (agents, libraries, questions).
-- key is the workspace's key, or minus the user's; id the workspace's id, or "account:" and the user's. seq is the number
-- of the last commit. Commits up to floor may miss tombstones that have been buried since.
--
-- account is the user id that the owner of this device has at the remote that the feed is synchronised with; empty: with
-- none. The person is known there under that id, so the feed of a person also answers to "account:" and that.
CREATE TABLE feed (
  key     INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  seq     INTEGER NOT NULL DEFAULT 0,
  floor   INTEGER NOT NULL DEFAULT 0,
  account TEXT NOT NULL DEFAULT ''
);
INSERT INTO feed (key, id, seq) SELECT key, id, seq FROM workspace;
INSERT INTO feed (key, id) SELECT -key, 'account:' || id FROM user;
ALTER TABLE workspace DROP COLUMN seq;

CREATE TRIGGER workspace_has_feed AFTER INSERT ON workspace BEGIN
  INSERT INTO feed (key, id) VALUES (NEW.key, NEW.id);
END;
CREATE TRIGGER user_has_feed AFTER INSERT ON user BEGIN
  INSERT INTO feed (key, id) VALUES (-NEW.key, 'account:' || NEW.id);
END;

-- Items belong to feeds.
CREATE TABLE feed_item (
  key    INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE,
  kind   TEXT NOT NULL,
  feed   INTEGER NOT NULL REFERENCES feed(key),
  seq    INTEGER NOT NULL,
  vector TEXT NOT NULL,
  dirty  INTEGER NOT NULL
);
INSERT INTO feed_item SELECT key, id, kind, workspace, seq, vector, dirty FROM item;
DROP TABLE item;
ALTER TABLE feed_item RENAME TO item;
CREATE INDEX item_feed ON item (feed, seq);
CREATE INDEX item_dirty ON item (feed, seq) WHERE dirty = 1;
ALTER TABLE feed_commit RENAME COLUMN workspace TO feed;
ALTER TABLE feed_note RENAME COLUMN workspace TO feed;

-- Tombstones that are off the feed: the causal context stays, so that nothing that was deleted comes back.
CREATE TABLE grave (
  feed   INTEGER NOT NULL,
  id     TEXT NOT NULL,
  vector TEXT NOT NULL,
  PRIMARY KEY (feed, id)
) WITHOUT ROWID;

-- Pages of a running pull, in the order of their coming: items as JSON.
CREATE TABLE stage (
  key  INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL,
  id   TEXT NOT NULL,
  item TEXT NOT NULL
);
CREATE INDEX stage_item ON stage (feed, id);

-- Bytes in the blob store that were sent or fetched for a workspace: whoever belongs to it may have them.
CREATE TABLE reach (
  workspace INTEGER NOT NULL,
  sha256    BLOB NOT NULL,
  size      INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (workspace, sha256)
) WITHOUT ROWID;
CREATE INDEX reach_bytes ON reach (sha256);

-- conflict = 1: the item has more than one version; the row shows the greatest.
ALTER TABLE content ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;
CREATE INDEX content_conflict ON content (workspace, conflict) WHERE conflict = 1;

-- Members of a workspace who are no users here, by their ids at the remote. name is what they are called.
CREATE TABLE card (
  workspace  INTEGER NOT NULL,
  user       TEXT NOT NULL,
  name       TEXT NOT NULL,
  email      TEXT NOT NULL,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (workspace, user)
) WITHOUT ROWID;

-- Pages of libraries, by the library's id, which may not be here yet. id follows from library and address.
CREATE TABLE library_page (
  key      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  user     INTEGER NOT NULL REFERENCES user(key),
  library  TEXT NOT NULL,
  url      TEXT NOT NULL,
  position INTEGER NOT NULL
);
CREATE INDEX library_page_library ON library_page (library, position);

-- What a person has asked. scope is a JSON list of workspace ids; answers a JSON object, by where it was answered. later = 1:
-- the remote is to be asked as well when it can be reached.
CREATE TABLE question (
  key      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  user     INTEGER NOT NULL REFERENCES user(key),
  text     TEXT NOT NULL,
  scope    TEXT NOT NULL,
  answers  TEXT NOT NULL,
  later    INTEGER NOT NULL,
  asked_at INTEGER NOT NULL
);
CREATE INDEX question_user ON question (user, asked_at);
CREATE INDEX question_later ON question (later) WHERE later = 1;

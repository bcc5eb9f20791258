-- Synchronisation: feeds of workspaces and of persons, graves, pages of a running pull, bytes in a workspace's reach,
-- conflicts, and what a person keeps beside documents. Conventions as in the first migration.

-- What is synchronised as a whole: a workspace, or what one person has beside workspaces (agents, libraries, questions).
-- key is the workspace's key, or minus the user's; id the workspace's id, or "account:" and the user's. seq is the number
-- of the last commit. Commits up to floor may miss tombstones that have been buried since.
--
-- account is the user id that the owner of this device has at the remote that a workspace is synchronised with; empty: with
-- none.
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

-- Items belong to feeds. gone = 1: no version is left.
CREATE TABLE feed_item (
  key    INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE,
  kind   TEXT NOT NULL,
  feed   INTEGER NOT NULL REFERENCES feed(key),
  seq    INTEGER NOT NULL,
  vector TEXT NOT NULL,
  dirty  INTEGER NOT NULL,
  gone   INTEGER NOT NULL DEFAULT 0
);
INSERT INTO feed_item SELECT key, id, kind, workspace, seq, vector, dirty, NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = item.key) FROM item;
DROP TABLE item;
ALTER TABLE feed_item RENAME TO item;
CREATE INDEX item_feed ON item (feed, seq);
CREATE INDEX item_dirty ON item (feed, seq) WHERE dirty = 1;
CREATE INDEX item_gone ON item (feed, seq) WHERE gone = 1;
CREATE INDEX item_kind ON item (feed, kind) WHERE kind <> 'content';
ALTER TABLE feed_commit RENAME COLUMN workspace TO feed;
ALTER TABLE feed_note RENAME COLUMN workspace TO feed;

-- own = 1: this device, under the id that it has now; 2: under one that it had before. After its data directory was copied
-- or restored it goes on under a new id, and what it had written before stays under the old one. ahead is what is added to this machine's clock for stamps, in
-- milliseconds.
ALTER TABLE device ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
UPDATE device SET own = 1 WHERE key = 1;

-- Tombstones that are off the feed: the causal context stays, so that nothing that was deleted comes back.
CREATE TABLE grave (
  feed   INTEGER NOT NULL,
  id     TEXT NOT NULL,
  vector TEXT NOT NULL,
  PRIMARY KEY (feed, id)
) WITHOUT ROWID;

-- Pages of a running pull: items as JSON.
CREATE TABLE stage (
  feed INTEGER NOT NULL,
  id   TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (feed, id)
) WITHOUT ROWID;

-- Bytes in the blob store that were sent or fetched for a feed: whoever has part in it may have them.
CREATE TABLE reach (
  feed   INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  size   INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (feed, sha256)
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

INSERT INTO library_page (id, user, library, url, position)
SELECT l.id || ' ' || min(j.key), l.user, l.id, j.value, min(j.key) FROM library l, json_each(l.urls) j GROUP BY l.key, j.value;
ALTER TABLE library DROP COLUMN urls;

-- What a person has asked. scope is a JSON list of workspace ids; answers a JSON object, by the device that answered.
-- wanted = 1: the remote is to answer as well. due = 1: it came from another device, and this one has not answered yet.
CREATE TABLE question (
  key      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  user     INTEGER NOT NULL REFERENCES user(key),
  text     TEXT NOT NULL,
  scope    TEXT NOT NULL,
  answers  TEXT NOT NULL,
  wanted   INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  asked_at INTEGER NOT NULL
);
CREATE INDEX question_user ON question (user, asked_at);
CREATE INDEX question_due ON question (key) WHERE due = 1;

-- What earlier databases have and the journal lacks is added when the store is opened.
INSERT INTO setting (name, value) VALUES ('unjournalled', '1');

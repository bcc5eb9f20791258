-- The order of reading by how lately a file was changed and what reading it takes, and what a scan of a folder found beside its documents.
-- Conventions as in the first migration.

-- What reading is expected to take, in bytes of plain text that would take as long.
ALTER TABLE content ADD COLUMN effort INTEGER NOT NULL DEFAULT 0;
UPDATE content SET effort = size;

-- When the file was last changed, in whole periods of 30 days since 1970; a time ahead of the clock counts as now. Bytes
-- that people sent have 0 and need none: they are read before everything else.
ALTER TABLE content ADD COLUMN period INTEGER NOT NULL DEFAULT 0;

UPDATE content SET period = max(0, min(ifnull((SELECT f.mtime / 1000000000 FROM file f WHERE f.content = content.key), 0), updated_at)) / 2592000
WHERE source = 'folder';

-- What waits to be read, in the order of reading: what a person waits for, then what was changed lately, and of one period
-- what takes little before what takes long. format stands at the end so that the work that is left can be told from the index alone.
DROP INDEX content_waiting;
CREATE INDEX content_waiting ON content (interactive DESC, period DESC, effort, key, folder, next_attempt, workspace, format, size)
  WHERE stale = 1 AND remote = 0 AND deleted_at IS NULL;

-- seen: files and other names that the last scan came upon, a directory that was left out counted once. skipped_by: JSON
-- object, why names were left out -> how many. missed: changes that only a scan found though the system should have told.
-- poll_after: seconds between two scans where the system tells of no changes, else 0.
ALTER TABLE folder ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder ADD COLUMN skipped_by TEXT NOT NULL DEFAULT '{}';
ALTER TABLE folder ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder ADD COLUMN poll_after INTEGER NOT NULL DEFAULT 0;

-- Names in a watched folder that are no documents, and why, as far as the last scan listed them. A directory that was left
-- out stands for all that lies in it. detail says more for people: the rule and where it stands.
CREATE TABLE skipped (
  folder INTEGER NOT NULL REFERENCES folder(key) ON DELETE CASCADE,
  path   BLOB NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (folder, path)
) WITHOUT ROWID;

-- The latest changes that only a scan found. change is added, changed or gone.
CREATE TABLE missed (
  key      INTEGER PRIMARY KEY,
  folder   INTEGER NOT NULL REFERENCES folder(key) ON DELETE CASCADE,
  path     BLOB NOT NULL,
  change   TEXT NOT NULL,
  found_at INTEGER NOT NULL
);
CREATE INDEX missed_folder ON missed (folder);

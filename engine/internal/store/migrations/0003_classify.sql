-- Where automatic values came from, and what is nearly the same. Conventions as in the first migration; all of it is
-- derived and device-local.

-- What the file says of itself (author, created, …): a JSON object; NULL = nothing. Comes and goes with the text.
ALTER TABLE content ADD COLUMN properties TEXT;

-- Where an automatic value was read: name is a key of the metadata or categoryId. task_execution is an id, which
-- content.inference has under the same name. page 0 = not from a page; quote is what stands at the place, so that a row
-- goes when the text is no longer the same there. A row goes as well when a person sets the value and when the bytes
-- change; the value then stays until a task has looked again.
CREATE TABLE inference (
  content        INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  task_execution TEXT NOT NULL,
  page           INTEGER NOT NULL,
  start_at       INTEGER NOT NULL,
  end_at         INTEGER NOT NULL,
  quote          TEXT NOT NULL,
  confidence     REAL NOT NULL,
  method         TEXT NOT NULL,
  PRIMARY KEY (content, name)
) WITHOUT ROWID;

-- The same bytes within a workspace.
CREATE INDEX content_bytes ON content (workspace, sha256, deleted_at) WHERE deleted_at IS NULL;

-- Sketches of texts (package classify), and what finds alike ones: two texts that are much alike have a band in common.
-- bands repeats the bands of a sketch, as 64-bit little-endian numbers, so that they can be taken out again.
CREATE TABLE sketch (
  content INTEGER PRIMARY KEY REFERENCES content(key) ON DELETE CASCADE,
  minima  BLOB NOT NULL,
  bands   BLOB NOT NULL
);

CREATE TABLE sketch_band (
  band    INTEGER NOT NULL,
  content INTEGER NOT NULL,
  PRIMARY KEY (band, content)
) WITHOUT ROWID;

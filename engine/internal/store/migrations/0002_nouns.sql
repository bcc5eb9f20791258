-- Ontology, projects, sessions, workflows, agents, libraries and share links; what filters and counts look up.
-- Conventions as in the first migration. Rows that hang on a content go with it.

-- removed_at: the person may no longer call. The row stays, because documents name who added them.
ALTER TABLE user ADD COLUMN removed_at INTEGER;

-- version_string: the name of the content's category and the values of its unique fields, lower case, joined with "_";
-- NULL = none, the content stands alone. Kept whenever category or metadata change. inference: JSON object, what was
-- inferred -> id of the task execution that did.
ALTER TABLE content ADD COLUMN version_string TEXT;
ALTER TABLE content ADD COLUMN inference TEXT;

-- What counts and pages go by. None carries the id that breaks ties: within one second rows are sorted as they come.
-- deleted_at stands at the end of each because a query that says "deleted_at IS NULL" reads it, and an index covers a
-- query only if it has every column that is read.
CREATE INDEX content_created ON content (workspace, created_at, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX content_category ON content (workspace, category, created_at, format, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX content_format ON content (workspace, format, created_at, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX content_version ON content (workspace, version_string, created_at, deleted_at) WHERE deleted_at IS NULL;

-- Metadata by value, one row a content and key: content.metadata unfolded, so that a filter is a look-up. Text is TEXT,
-- numbers are REAL, booleans the blobs 00 and 01, anything else the blob 02. SQLite orders numbers before text before
-- blobs, so a range over one type is a range of the index.
CREATE TABLE content_value (
  content   INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  name      TEXT NOT NULL,
  workspace INTEGER NOT NULL,
  value,
  PRIMARY KEY (content, name)
) WITHOUT ROWID;
CREATE INDEX content_value_found ON content_value (workspace, name, value);

-- Earlier databases have metadata without its unfolding.
INSERT INTO content_value (content, name, workspace, value)
SELECT c.key, j.key, c.workspace, CASE j.type WHEN 'text' THEN j.atom WHEN 'true' THEN x'01' WHEN 'false' THEN x'00'
  WHEN 'integer' THEN CAST(j.atom AS REAL) WHEN 'real' THEN j.atom ELSE x'02' END
FROM content c, json_each(c.metadata) j WHERE c.metadata IS NOT NULL AND j.type <> 'null';

-- Kinds of documents. fields is a JSON list of {key, type, required, uniqueIndexElement}. Names are unique by their
-- folded form where a person makes them; after synchronisation two may be equal, so no index says so.
CREATE TABLE category (
  key         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  workspace   INTEGER NOT NULL REFERENCES workspace(key),
  name        TEXT NOT NULL,
  name_fold   TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  fields      TEXT NOT NULL DEFAULT '[]',
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
);
CREATE INDEX category_name ON category (workspace, name_fold);

-- Groups of documents that belong to one piece of business.
CREATE TABLE project (
  key         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  workspace   INTEGER NOT NULL REFERENCES workspace(key),
  name        TEXT NOT NULL,
  name_fold   TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
);
CREATE INDEX project_name ON project (workspace, name_fold);

-- In the journal by what they join: a project, session or content may arrive after the places in it.
CREATE INDEX item_place ON item_field (value) WHERE name = 'content' OR name = 'project' OR name = 'session';

CREATE TABLE project_content (
  key     INTEGER PRIMARY KEY,
  project INTEGER NOT NULL REFERENCES project(key) ON DELETE CASCADE,
  content INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  UNIQUE (project, content)
);
CREATE INDEX project_content_content ON project_content (content);

-- Extraction sessions and the documents attached to them, in the order of attaching (key).
CREATE TABLE session (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  workspace  INTEGER NOT NULL REFERENCES workspace(key),
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX session_workspace ON session (workspace, created_at);

CREATE TABLE attachment (
  key     INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE,
  content INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  UNIQUE (session, content)
);
CREATE INDEX attachment_content ON attachment (content);

-- Runs of extraction over a content, one row a configuration, the newest run of it. The one that is under way or still
-- to come is no row: it follows from the content's own. Device-local.
CREATE TABLE parsing (
  content    INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  config     TEXT NOT NULL,
  failure    TEXT,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (content, config)
) WITHOUT ROWID;

-- Earlier databases have read documents without a record of it: text_of is the hash, a colon and the configuration.
INSERT INTO parsing (content, config, failure, updated_at)
SELECT key, substr(text_of, instr(text_of, ':') + 1), failure, ifnull(failed_at, updated_at) FROM content WHERE text_of IS NOT NULL;

-- Workflows that people made: an ordered JSON list of task names. Those that every workspace has are no rows.
CREATE TABLE workflow (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  workspace  INTEGER NOT NULL REFERENCES workspace(key),
  name       TEXT NOT NULL,
  name_fold  TEXT NOT NULL,
  tasks      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX workflow_name ON workflow (workspace, name_fold);

-- Runs of a workflow over a content. status is started, completed or failed; a started one goes on after a restart.
-- workflow is its id, which may be gone. Device-local.
CREATE TABLE execution (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  workflow     TEXT NOT NULL,
  workspace    INTEGER NOT NULL REFERENCES workspace(key),
  content      INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  agent        TEXT NOT NULL,
  started_by   TEXT NOT NULL,
  status       TEXT NOT NULL,
  started_at   INTEGER NOT NULL,
  completed_at INTEGER,
  failure      TEXT
);
CREATE INDEX execution_content ON execution (content);
CREATE INDEX execution_started ON execution (key) WHERE status = 'started';

-- The tasks of an execution in their order. status is queued, started, completed or failed.
CREATE TABLE task_execution (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  execution    INTEGER NOT NULL REFERENCES execution(key) ON DELETE CASCADE,
  ordinal      INTEGER NOT NULL,
  task         TEXT NOT NULL,
  status       TEXT NOT NULL,
  started_at   INTEGER,
  completed_at INTEGER,
  outcome      TEXT NOT NULL DEFAULT '',
  failure      TEXT,
  UNIQUE (execution, ordinal)
);

-- Instructions under which questions are answered, and collections of web pages, each of one person. The built-in agent
-- is no row. urls is a JSON list.
CREATE TABLE agent (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  user         INTEGER NOT NULL REFERENCES user(key),
  name         TEXT NOT NULL,
  name_fold    TEXT NOT NULL,
  instructions TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL
);
CREATE INDEX agent_user ON agent (user, name_fold);

CREATE TABLE library (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  user       INTEGER NOT NULL REFERENCES user(key),
  name       TEXT NOT NULL,
  name_fold  TEXT NOT NULL,
  urls       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX library_user ON library (user, name_fold);

-- Links under which the bytes of a content are served to whoever has the token, of which only the SHA-256 is kept. A row
-- stays for a while after it has ended, so that an old link is answered as one that was. Times are Unix milliseconds: a
-- link may live a single second.
CREATE TABLE share (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  content    INTEGER NOT NULL REFERENCES content(key) ON DELETE CASCADE,
  hash       BLOB NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
);
CREATE INDEX share_content ON share (content);
CREATE INDEX share_ended ON share (expires_at);

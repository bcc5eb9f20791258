-- Documents that need a password. Conventions as in the first migration; all of it is device-local.

-- Contents that could not be read, or not whole, because they or a document within them need a password that was not given.
CREATE TABLE locked (
  content INTEGER PRIMARY KEY REFERENCES content(key) ON DELETE CASCADE
);

-- Passwords that a person has asked to be kept. They are stored as they are, since they must be typed in for her: only the
-- owner of this machine can read the data directory. content NULL = tried on every document that needs one.
CREATE TABLE password (
  id       TEXT PRIMARY KEY,
  content  INTEGER UNIQUE REFERENCES content(key) ON DELETE CASCADE,
  secret   TEXT NOT NULL,
  added_at INTEGER NOT NULL
) WITHOUT ROWID;

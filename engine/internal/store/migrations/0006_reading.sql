-- What reading leaves behind beside the text: why not all of it was read, its language, and the documents that lie within
-- documents. Conventions as in the first migration.

-- extent: 0 = everything was read, or nothing yet; 1 = a part; 2 = there is no text. warnings: why, a JSON list of
-- sentences; NULL = nothing to say. Both come and go with the text.
ALTER TABLE content ADD COLUMN extent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE content ADD COLUMN warnings TEXT;
CREATE INDEX content_extent ON content (extent) WHERE extent > 0 AND deleted_at IS NULL;

-- The tally counts them as well. partial: read in part; textless: without text.
ALTER TABLE tally ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN textless INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER content_counted;
DROP TRIGGER content_recounted;
DROP TRIGGER content_uncounted;

CREATE TRIGGER content_counted AFTER INSERT ON content WHEN NEW.deleted_at IS NULL BEGIN
  INSERT INTO tally (workspace, folder, live, unread, failed, partial, textless)
  VALUES (NEW.workspace, ifnull(NEW.folder, 0), 1, NEW.stale = 1 AND NEW.remote = 0 AND NEW.failure IS NULL, NEW.failure IS NOT NULL,
    NEW.extent = 1, NEW.extent = 2)
  ON CONFLICT DO UPDATE SET live = live + 1, unread = unread + excluded.unread, failed = failed + excluded.failed,
    partial = partial + excluded.partial, textless = textless + excluded.textless;
END;

CREATE TRIGGER content_recounted AFTER UPDATE OF workspace, folder, deleted_at, stale, remote, failure, extent ON content
WHEN OLD.workspace <> NEW.workspace OR OLD.folder IS NOT NEW.folder OR OLD.deleted_at IS NOT NEW.deleted_at
  OR OLD.stale <> NEW.stale OR OLD.remote <> NEW.remote OR OLD.failure IS NOT NEW.failure OR OLD.extent <> NEW.extent BEGIN
  UPDATE tally SET live = live - 1,
    unread = unread - (OLD.stale = 1 AND OLD.remote = 0 AND OLD.failure IS NULL),
    failed = failed - (OLD.failure IS NOT NULL),
    partial = partial - (OLD.extent = 1), textless = textless - (OLD.extent = 2)
  WHERE workspace = OLD.workspace AND folder = ifnull(OLD.folder, 0) AND OLD.deleted_at IS NULL;
  INSERT INTO tally (workspace, folder, live, unread, failed, partial, textless)
  SELECT NEW.workspace, ifnull(NEW.folder, 0), 1, NEW.stale = 1 AND NEW.remote = 0 AND NEW.failure IS NULL, NEW.failure IS NOT NULL,
    NEW.extent = 1, NEW.extent = 2
  WHERE NEW.deleted_at IS NULL
  ON CONFLICT DO UPDATE SET live = live + 1, unread = unread + excluded.unread, failed = failed + excluded.failed,
    partial = partial + excluded.partial, textless = textless + excluded.textless;
END;

CREATE TRIGGER content_uncounted AFTER DELETE ON content WHEN OLD.deleted_at IS NULL BEGIN
  UPDATE tally SET live = live - 1,
    unread = unread - (OLD.stale = 1 AND OLD.remote = 0 AND OLD.failure IS NULL),
    failed = failed - (OLD.failure IS NOT NULL),
    partial = partial - (OLD.extent = 1), textless = textless - (OLD.extent = 2)
  WHERE workspace = OLD.workspace AND folder = ifnull(OLD.folder, 0);
END;

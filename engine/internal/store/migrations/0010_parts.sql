-- Documents within documents, and the language of texts. Conventions as in the first migration.

-- The code of the text's language, "en"; NULL = not known. Comes and goes with the text.
ALTER TABLE content ADD COLUMN language TEXT;

-- Documents within documents: what came attached to a message, the messages of a mailbox, the files of an archive that is
-- looked into. They are contents that follow from the bytes of another, root: written and removed with its text, read when
-- it is read, on no feed. root is NULL for a content with bytes of its own. parent is what a part lies in, the root or
-- another part of it; part is the way to it from the root, keys of extraction with "/" between them. parts counts the live
-- ones within. No foreign keys: root, parent and part are removed in slices that hold any of them.
ALTER TABLE content ADD COLUMN root INTEGER;
ALTER TABLE content ADD COLUMN parent INTEGER;
ALTER TABLE content ADD COLUMN part TEXT;
ALTER TABLE content ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX content_part ON content (root, part) WHERE root > 0;

-- Parts that a person wants to be none: a JSON object, part -> true; NULL = none. In the journal one field a part.
ALTER TABLE content ADD COLUMN left_out TEXT;

-- open_archives = 1: files in archives become parts; otherwise an archive is a list of names.
ALTER TABLE folder ADD COLUMN open_archives INTEGER NOT NULL DEFAULT 0;

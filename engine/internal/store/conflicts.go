package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const noConflict = "There is no such document in conflict."

// Conflicts lists the documents of workspaces that have versions of different bytes, at most limit, and how many there are
// in all.
func (s *Store) Conflicts(ctx context.Context, workspaceIDs []string, limit int) (list []catalog.DocumentConflict, total int, err error) {
	list = []catalog.DocumentConflict{}
	for _, workspace := range workspaceIDs {
		var ids []string
		err := s.read(ctx, func(row scanner) error {
			var id string
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		}, `SELECT c.id FROM workspace w CROSS JOIN content c INDEXED BY content_conflict ON c.workspace = w.key AND c.conflict = 1
			WHERE w.id = ? AND w.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY c.key`, workspace)
		if err != nil {
			return nil, 0, err
		}
		total += len(ids)
		for _, id := range ids[:min(len(ids), max(0, limit-len(list)))] {
			conflict, err := s.Conflict(ctx, id)
			if catalog.CodeOf(err) == catalog.NotFound {
				continue // resolved meanwhile
			}
			if err != nil {
				return nil, 0, err
			}
			list = append(list, conflict)
		}
	}
	return list, total, nil
}

// Conflict returns the versions of a live content that has several of different bytes, the one that answers first. NotFound
// when it has not.
func (s *Store) Conflict(ctx context.Context, id string) (d catalog.DocumentConflict, err error) {
	err = s.at(ctx, func(r *snapshot) error {
		var key, workspace int64
		var textOf sql.NullString
		err := r.row(`SELECT c.key, c.id, w.key, w.id, c.name, c.format, c.text_of FROM content c JOIN workspace w ON w.key = c.workspace
			WHERE c.id = ? AND c.conflict = 1 AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, id).
			Scan(&key, &d.ContentID, &workspace, &d.WorkspaceID, &d.FileName, &d.FileFormat, &textOf)
		if err != nil {
			return notFound(err, noConflict)
		}
		err = r.rows(func(row scanner) error {
			var v catalog.ConflictVersion
			var hash []byte
			if err := row.Scan(&v.Device, &v.Counter, &hash, &v.Own); err != nil {
				return err
			}
			v.SHA256, v.Size, v.Answers, v.WrittenAt = hashText(hash), -1, len(d.Versions) == 0, time.UnixMilli(v.Counter).UTC()
			d.Versions = append(d.Versions, v)
			return nil
		}, `SELECT d.id, v.counter, v.blob, d.own > 0 FROM item i JOIN item_version v ON v.item = i.key JOIN device d ON d.key = v.device
			WHERE i.id = ? ORDER BY v.counter DESC, d.id DESC`, id)
		for i := range d.Versions {
			err = errors.Join(err, r.completeVersion(&d.Versions[i], key, workspace, textOf.String))
		}
		return err
	})
	return d, err
}

// beginning is how much of a version's text is shown, in code points.
const beginning = 2000

// completeVersion adds what this device knows of a version's bytes: they lie in the content's file, or in the blob store.
func (r *snapshot) completeVersion(v *catalog.ConflictVersion, key, workspace int64, textOf string) error {
	hash := hashBytes(v.SHA256)
	err := r.row(`SELECT size FROM (SELECT size FROM file WHERE content = ?1 AND sha256 = ?2
		UNION ALL SELECT size FROM reach WHERE feed = ?3 AND sha256 = ?2
		UNION ALL SELECT size FROM content INDEXED BY content_blob WHERE sha256 = ?2 AND source <> 'folder' AND workspace = ?3 AND remote = 0) LIMIT 1`,
		key, hash, workspace).Scan(&v.Size)
	v.Here = err == nil
	if errors.Is(err, sql.ErrNoRows) {
		v.Size, err = -1, nil
	}
	if read, _, _ := strings.Cut(textOf, ":"); err != nil || read != v.SHA256 {
		return err
	}
	return r.row("SELECT ifnull((SELECT substr(text, 1, ?) FROM page WHERE content = ? ORDER BY number LIMIT 1), '')", beginning, key).Scan(&v.Text)
}

// ResolveConflict ends a conflict. With KeepVersion the version named stays and the others go; with KeepBoth the one that
// answers stays and every other becomes a document of its own, whose ids are returned. NotFound when there is no conflict,
// Conflict when the document has no such version any more or, where seen says which versions the person was shown, others
// beside those.
func (s *Store) ResolveConflict(ctx context.Context, id, userID string, choice catalog.ConflictChoice, keep catalog.Dot, seen ...catalog.Dot) (made []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		r := resolving{tx: t, userID: userID}
		if err := r.load(id); err != nil {
			return err
		}
		for _, v := range r.item.Versions {
			if len(seen) > 0 && !slices.Contains(seen, v.Dot) {
				return errOtherVersions
			}
		}
		kept, _ := r.item.Current()
		if choice == catalog.KeepVersion {
			if kept, err = r.version(keep); err != nil {
				return err
			}
		} else if made, err = r.split(kept); err != nil {
			return err
		}
		return r.keep(kept)
	})
	s.forgetVectorMarks()
	return made, err
}

var errOtherVersions = catalog.Errorf(catalog.Conflict, "The document has other versions by now. Look at what it has, and choose again.")

// resolving is one call of ResolveConflict.
type resolving struct {
	*tx
	userID string
	item   journalled
	key    int64
}

func (r *resolving) load(id string) (err error) {
	if err := r.row(`SELECT c.key FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.conflict = 1 AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, id).Scan(&r.key); err != nil {
		return notFound(err, noConflict)
	}
	r.item, _, err = r.tx.item(id)
	return err
}

func (r *resolving) version(dot catalog.Dot) (catalog.Version, error) {
	for _, v := range r.item.Versions {
		if v.Dot == dot {
			return v, nil
		}
	}
	return catalog.Version{}, errOtherVersions
}

// keep writes a version anew that replaces all there were.
func (r *resolving) keep(v catalog.Version) error {
	var fields []field
	if size, ok, err := r.size(v.Blob); err != nil {
		return err
	} else if ok {
		fields = append(fields, field{"bytes", bytesField(readContentFields(r.item.Item).bytes.Format, size)})
	}
	err := r.changeItem(r.item.ID, func(item catalog.Item) catalog.Item {
		return r.setFields(item.Write(r.dot(), v.Blob, item.Dots()), fields)
	})
	if err != nil {
		return err
	}
	return r.projectAgain(r.item.ID)
}

func (r *resolving) size(blob string) (size int64, ok bool, err error) {
	err = r.row(`SELECT size FROM (SELECT size FROM file WHERE content = ?1 AND sha256 = ?2 UNION ALL SELECT size FROM reach WHERE feed = ?3 AND sha256 = ?2
		UNION ALL SELECT size FROM content WHERE key = ?1 AND sha256 = ?2) LIMIT 1`, r.key, hashBytes(blob), r.item.feed).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return size, err == nil, err
}

// split makes every version with other bytes than the one that stays a document of its own.
func (r *resolving) split(stays catalog.Version) (made []string, err error) {
	seen := map[string]bool{stays.Blob: true}
	for _, v := range r.item.Versions {
		if seen[v.Blob] {
			continue
		}
		seen[v.Blob] = true
		id, err := r.document(v)
		if err != nil {
			return nil, err
		}
		made = append(made, id)
	}
	return made, nil
}

// document makes a version a content with what was said of the one it comes from. The file that has its bytes is the new
// one's from now on.
func (r *resolving) document(v catalog.Version) (id string, err error) {
	id = r.s.newID(r.now)
	of := readContentFields(r.item.Item)
	n := NewContent{Name: of.name, Format: of.bytes.Format, CategoryID: of.category, Metadata: of.metadata}
	if n.UserID, err = r.author(r.item.feed, r.userID); err != nil {
		return "", err
	}
	if n.Size, _, err = r.size(v.Blob); err != nil {
		return "", err
	}
	if err := r.itemCreated(catalog.KindContent, id, r.item.feed, hashBytes(v.Blob), n.fields(r.now.Unix())); err != nil {
		return "", err
	}
	if err := r.projectAgain(id); err != nil {
		return "", err
	}
	_, err = r.exec(`UPDATE content SET source = 'folder', remote = 0, folder = (SELECT folder FROM file WHERE content = ?1 AND sha256 = ?2 AND excluded = 0)
		WHERE id = ?3 AND EXISTS (SELECT 1 FROM file WHERE content = ?1 AND sha256 = ?2 AND excluded = 0)`, r.key, hashBytes(v.Blob), id)
	if err != nil {
		return "", err
	}
	_, err = r.exec("UPDATE file SET content = (SELECT key FROM content WHERE id = ?3) WHERE content = ?1 AND sha256 = ?2 AND excluded = 0", r.key, hashBytes(v.Blob), id)
	return id, err
}

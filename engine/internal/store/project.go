package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// project makes the noun's rows say what its item says. Values that a newer program wrote and this one cannot read are
// kept in the item and left out here.
func (t *tx) project(item catalog.Item, feed int64) error {
	if user := feedOwner(feed); user != 0 {
		return t.projectOwned(item, user)
	}
	workspace := feed
	t.workspaceChanged(item.WorkspaceID)
	switch item.Kind {
	case catalog.KindWorkspace:
		return t.projectWorkspace(item, workspace)
	case catalog.KindMember:
		return t.projectMember(item, workspace)
	case catalog.KindContent:
		return t.projectContent(item, workspace)
	case catalog.KindCategory:
		return t.projectCategory(item, workspace)
	case catalog.KindProject:
		return t.pullProject(item, workspace)
	case catalog.KindProjectContent:
		return t.pullPlace(inProject, item, workspace)
	case catalog.KindSession:
		return t.pullSession(item, workspace)
	case catalog.KindAttachment:
		return t.pullPlace(inSession, item, workspace)
	}
	return nil
}

// fieldValue reads a field into v and leaves v alone when the field is absent, removed or of another type.
func fieldValue(item catalog.Item, name string, v any) {
	if r, ok := item.Fields[name]; ok && r.Value != "" {
		_ = json.Unmarshal([]byte(r.Value), v) // another type: the value as it was
	}
}

func (t *tx) projectWorkspace(item catalog.Item, workspace int64) error {
	w, err := t.ownFields(workspace)
	if err != nil {
		return err
	}
	before := w
	fieldValue(item, "name", &w.Name)
	fieldValue(item, "description", &w.Description)
	fieldValue(item, "icon", &w.Icon)
	fieldValue(item, "color", &w.Color)
	fieldValue(item, "archived", &w.IsArchived)
	if _, err := t.exec("UPDATE workspace SET deleted_at = CASE WHEN ? THEN ifnull(deleted_at, ?) ELSE NULL END WHERE key = ?",
		item.Deleted(), t.now.Unix(), workspace); err != nil {
		return err
	}
	return t.saveOwnFields(workspace, before, w)
}

// projectMember follows memberships of users that are known here; others are cards without a user yet. Whoever has been
// removed from here stays out, and a role that a newer program gave is the least there is.
func (t *tx) projectMember(item catalog.Item, workspace int64) error {
	var userID string
	role, since := catalog.RoleViewer, t.now.Unix()
	fieldValue(item, "user", &userID)
	fieldValue(item, "role", &role)
	fieldValue(item, "createdAt", &since)
	if !slices.Contains(catalog.Roles, role) {
		role = catalog.RoleViewer
	}
	var user int64
	err := t.row("SELECT key FROM user WHERE id = ? AND removed_at IS NULL", userID).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	t.revise(workspace)
	if item.Deleted() {
		_, err = t.exec("DELETE FROM member WHERE workspace = ? AND user = ?", workspace, user)
		return err
	}
	_, err = t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET role = excluded.role",
		workspace, user, role, since)
	return err
}

// contentFields is what a content's item says of it.
type contentFields struct {
	name  string
	bytes struct {
		Format string
		Size   int64
	}
	made struct {
		AddedBy   string
		CreatedAt int64
		Source    catalog.Source
	}
	category  string
	metadata  map[string]any
	inference map[string]any
}

func readContentFields(item catalog.Item) (f contentFields) {
	f.name, f.bytes.Format, f.made.Source = "?", "application/octet-stream", catalog.SourceUpload
	fieldValue(item, "fileName", &f.name)
	fieldValue(item, "bytes", &f.bytes)
	fieldValue(item, "made", &f.made)
	fieldValue(item, "categoryId", &f.category)
	f.name = displayName(f.name)
	f.metadata, f.inference = fieldValues(item, "metadata."), fieldValues(item, "inference.")
	return f
}

// fieldValues are the values of the fields whose names begin with prefix, by the rest of their names.
func fieldValues(item catalog.Item, prefix string) map[string]any {
	values := map[string]any{}
	for name := range item.Fields {
		if key, ok := strings.CutPrefix(name, prefix); ok {
			var v any
			fieldValue(item, name, &v)
			if v != nil {
				values[key] = v
			}
		}
	}
	return values
}

func (t *tx) projectContent(item catalog.Item, workspace int64) error {
	current, live := item.Current()
	f := readContentFields(item)
	var key int64
	var hash []byte
	var trashed bool
	err := t.row("SELECT key, sha256, deleted_at IS NOT NULL FROM content WHERE id = ?", item.ID).Scan(&key, &hash, &trashed)
	switch {
	case errors.Is(err, sql.ErrNoRows) && !live:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return t.addPulled(item.ID, workspace, current.Blob, f)
	case err != nil:
		return err
	}
	if live {
		if err := t.updatePulled(key, hash, current.Blob, f); err != nil {
			return err
		}
	}
	switch {
	case live && trashed:
		if _, err := t.exec("UPDATE file SET excluded = 0 WHERE content = ?", key); err != nil {
			return err
		}
		return t.show(key)
	case !live && !trashed:
		if _, err := t.exec("UPDATE file SET excluded = 1 WHERE content = ?", key); err != nil {
			return err
		}
		return t.hide(key)
	}
	return nil
}

// addPulled makes a content of which only the record is here so far.
func (t *tx) addPulled(id string, workspace int64, blob string, f contentFields) error {
	if f.made.CreatedAt == 0 {
		f.made.CreatedAt = t.now.Unix()
	}
	var key int64
	err := t.row(`INSERT INTO content (id, workspace, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, remote)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING key`,
		id, workspace, f.name, catalog.FoldCase(f.name), f.bytes.Format, f.bytes.Size, hashBytes(blob), f.made.Source,
		f.made.AddedBy, f.made.CreatedAt, t.now.Unix()).Scan(&key)
	if err != nil {
		return err
	}
	t.contentChanged(key)
	t.revise(workspace)
	if err := t.pullPlacesOf(placesOfContent, id, workspace); err != nil {
		return err
	}
	return t.saveDescription(key, f.category, f.metadata, f.inference)
}

// updatePulled follows a pulled change of a content that is here. Other bytes are not here yet: the content becomes
// remote and keeps answering with what it has until they come; a file of a watched folder is left alone.
func (t *tx) updatePulled(key int64, hash []byte, blob string, f contentFields) error {
	_, err := t.exec("UPDATE content SET name = ?, name_fold = ?, format = ?, size = ?, updated_at = ? WHERE key = ?",
		f.name, catalog.FoldCase(f.name), f.bytes.Format, f.bytes.Size, t.now.Unix(), key)
	if err != nil {
		return err
	}
	if hashText(hash) != blob {
		_, err := t.exec(`UPDATE content SET sha256 = ?, stale = 1, remote = 1, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL WHERE key = ?`,
			hashBytes(blob), key)
		if err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM inference WHERE content = ?", key); err != nil {
			return err
		}
	}
	t.contentChanged(key)
	return t.saveDescription(key, f.category, f.metadata, f.inference)
}

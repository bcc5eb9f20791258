package store

import (
	"database/sql"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// place is a way in which contents belong to something else of their workspace: to a project, to a session. Each is a
// row here and an item of its own in the journal, whose id follows from the two that it joins. So two replicas that say
// the same say it in one item, and one replica's removal is not undone by another's rename.
//
// The three items may arrive in any order. A place whose content or whose whole is not here is an item without a row;
// whichever comes last makes the row (pullPlacesOf).
type place struct {
	kind  catalog.ItemKind
	whole string // the field of the item that names the project or session; the content is named by "content"

	find   string // key of the whole, by id and workspace
	insert string // by keys of whole and content
	remove string
}

var (
	inProject = place{kind: catalog.KindProjectContent, whole: "project",
		find:   "SELECT key FROM project WHERE id = ? AND workspace = ?",
		insert: "INSERT INTO project_content (project, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
		remove: "DELETE FROM project_content WHERE project = ? AND content = ?"}
	inSession = place{kind: catalog.KindAttachment, whole: "session",
		find:   "SELECT key FROM session WHERE id = ? AND workspace = ?",
		insert: "INSERT INTO attachment (session, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
		remove: "DELETE FROM attachment WHERE session = ? AND content = ?"}
)

// joined is a content and what it has a place in, by keys and ids.
type joined struct {
	workspace, whole, content int64
	wholeID, contentID        string
}

// join gives a content a place; one that it has already stays as it is.
func (t *tx) join(p place, j joined) error {
	result, err := t.exec(p.insert, j.whole, j.content)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return t.itemSaved(p.kind, pairID(p.kind, j.wholeID, j.contentID), j.workspace,
		field{"content", jsonText(j.contentID)}, field{p.whole, jsonText(j.wholeID)})
}

// part takes a place from a content that may have it.
func (t *tx) part(p place, j joined) error {
	result, err := t.exec(p.remove, j.whole, j.content)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return t.itemDeleted(pairID(p.kind, j.wholeID, j.contentID))
}

// liveContent returns the key of a content of a workspace that is not in the trash.
func (t *tx) liveContent(workspace int64, id string) (key int64, err error) {
	err = t.row("SELECT key FROM content WHERE id = ? AND workspace = ? AND deleted_at IS NULL", id, workspace).Scan(&key)
	return key, notFound(err, "There is no document "+id+" here.")
}

// pullPlace makes the row of a place say what its item says, once both that it joins are here. An item that is not named
// after the two is passed over: nobody could take it back.
func (t *tx) pullPlace(p place, item catalog.Item, workspace int64) error {
	var wholeID, contentID string
	fieldValue(item, p.whole, &wholeID)
	fieldValue(item, "content", &contentID)
	if item.ID != pairID(p.kind, wholeID, contentID) {
		return nil
	}
	var whole, content int64
	err := t.row(p.find, wholeID, workspace).Scan(&whole)
	if err == nil {
		err = t.row("SELECT key FROM content WHERE id = ? AND workspace = ?", contentID, workspace).Scan(&content)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case item.Deleted():
		_, err = t.exec(p.remove, whole, content)
	default:
		_, err = t.exec(p.insert, whole, content)
	}
	return err
}

// Places by what they join, from the journal. The names of the fields stand in the text so that the index item_place
// serves them.
const (
	placesOfContent = "SELECT i.id FROM item_field f CROSS JOIN item i ON i.key = f.item WHERE f.value = ? AND f.name = 'content' AND i.feed = ?"
	placesOfProject = "SELECT i.id FROM item_field f CROSS JOIN item i ON i.key = f.item WHERE f.value = ? AND f.name = 'project' AND i.feed = ?"
	placesOfSession = "SELECT i.id FROM item_field f CROSS JOIN item i ON i.key = f.item WHERE f.value = ? AND f.name = 'session' AND i.feed = ?"
)

// pullPlacesOf makes the rows of places that came before what they join: a content, a project or a session, by its id.
func (t *tx) pullPlacesOf(query, id string, workspace int64) error {
	var ids []string
	err := t.rows(func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, query, jsonText(id), workspace)
	if err != nil {
		return err
	}
	for _, id := range ids {
		item, _, err := t.item(id)
		if err != nil {
			return err
		}
		for _, p := range []place{inProject, inSession} {
			if item.Kind != p.kind {
				continue
			}
			if err := t.pullPlace(p, item.Item, workspace); err != nil {
				return err
			}
		}
	}
	return nil
}

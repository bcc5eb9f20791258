package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// NewContent is an upload whose bytes the blob store has.
type NewContent struct {
	WorkspaceID string
	UserID      string
	Name        string
	Format      string // MIME type
	SHA256      string
	Size        int64
	CategoryID  string         // empty: none
	Metadata    map[string]any // by key, without nil
	Complete    bool           // the category's required and unique fields must be there
}

// CreateContent records an upload with its category and metadata. Invalid when the category is not one of the workspace
// or the metadata is not what it asks for.
func (s *Store) CreateContent(ctx context.Context, n NewContent) (catalog.Content, error) {
	var id string
	err := s.write(ctx, func(t *tx) (err error) {
		id, err = t.createContent(n)
		return err
	})
	if err != nil {
		return catalog.Content{}, err
	}
	return s.Content(ctx, id)
}

// CreateContents is CreateContent for at most 1,000 at once: all of them or none.
func (s *Store) CreateContents(ctx context.Context, list []NewContent) error {
	return s.write(ctx, func(t *tx) error {
		for _, n := range list {
			if _, err := t.createContent(n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) createContent(n NewContent) (id string, err error) {
	workspace, err := t.liveWorkspace(n.WorkspaceID)
	if err != nil {
		return "", err
	}
	if err := t.checkNew(n); err != nil {
		return "", err
	}
	if n.UserID, err = t.author(workspace, n.UserID); err != nil {
		return "", err
	}
	id, n.Name = t.s.newID(t.now), displayName(n.Name)
	var key int64
	err = t.row(`INSERT INTO content (id, workspace, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, interactive)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'upload', ?, ?, ?, 1) RETURNING key`,
		id, workspace, n.Name, catalog.FoldCase(n.Name), n.Format, n.Size, hashBytes(n.SHA256), n.UserID, t.now.Unix(), t.now.Unix()).Scan(&key)
	if err != nil {
		return "", err
	}
	if err := t.saveDescription(key, n.CategoryID, n.Metadata, nil); err != nil {
		return "", err
	}
	t.contentChanged(key)
	t.workspaceChanged(n.WorkspaceID)
	t.revise(workspace)
	return id, t.itemCreated(catalog.KindContent, id, workspace, hashBytes(n.SHA256), n.fields(t.now.Unix()))
}

// CreateUpload is CreateContent for an upload of which nothing more is known.
func (s *Store) CreateUpload(ctx context.Context, workspaceID, userID, name, format, sha256 string, size int64) (catalog.Content, error) {
	return s.CreateContent(ctx, NewContent{WorkspaceID: workspaceID, UserID: userID, Name: name, Format: format, SHA256: sha256, Size: size})
}

// checkNew holds a new content against its category as it is now.
func (t *tx) checkNew(n NewContent) error {
	if n.CategoryID == "" {
		return nil
	}
	category, err := t.knownCategory(n.WorkspaceID, n.CategoryID)
	if err != nil {
		return err
	}
	return catalog.InvalidFields(category.CheckMetadata(n.Metadata, n.Complete))
}

// knownCategory is a category that an input names. Invalid when it is not one of the workspace.
func (t *tx) knownCategory(workspaceID, id string) (*catalog.Category, error) {
	category, err := t.category(workspaceID, id)
	if err == nil && category == nil {
		err = catalog.InvalidFields([]catalog.FieldError{{Field: "categoryId", Message: "is not a category of this dataspace"}})
	}
	return category, err
}

// fields is what the journal says of a new content.
func (n NewContent) fields(now int64) []field {
	list := []field{
		{"bytes", bytesField(n.Format, n.Size)},
		{"fileName", jsonText(n.Name)},
		{"made", jsonText(map[string]any{"addedBy": n.UserID, "createdAt": now, "source": catalog.SourceUpload})},
	}
	if n.CategoryID != "" {
		list = append(list, field{"categoryId", jsonText(n.CategoryID)})
	}
	return append(list, valueFields(metadataField, n.Metadata)...)
}

// valueFields are the journal's fields for values by key; nil removes one.
func valueFields(prefix string, values map[string]any) (list []field) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text := ""
		if values[key] != nil {
			text = jsonText(values[key])
		}
		list = append(list, field{prefix + key, text})
	}
	return list
}

// UpdateContent changes category, metadata and executions of a live content, held against the category that it has
// afterwards in the same transaction. What it sets is no longer inferred, unless the change says so itself. An empty
// change leaves everything as it is. Errors: NotFound, Invalid.
func (s *Store) UpdateContent(ctx context.Context, id string, change catalog.ContentChange) error {
	return s.write(ctx, func(t *tx) error {
		before, err := t.described(id)
		if err != nil {
			return err
		}
		if change.Metadata, err = t.withoutPart(id, change.Metadata); err != nil {
			return err
		}
		return t.changeDescription(before, byHand(before, change), t.itemFields)
	})
}

// withoutPart takes off what the metadata of a part says of where it lies: whoever sends back what was answered changes
// nothing by that.
func (t *tx) withoutPart(id string, metadata map[string]any) (map[string]any, error) {
	_, parent := metadata[catalog.MetadataParentID]
	_, partOf := metadata[catalog.MetadataPartOf]
	if !parent && !partOf {
		return metadata, nil
	}
	if part, err := t.isPart(id); !part || err != nil {
		return metadata, err
	}
	metadata = maps.Clone(metadata)
	delete(metadata, catalog.MetadataParentID)
	delete(metadata, catalog.MetadataPartOf)
	return metadata, nil
}

// changeDescription writes a change of a content as it is described; journal is how its fields become the item's.
func (t *tx) changeDescription(before catalog.Content, change catalog.ContentChange, journal func(id string, fields ...field) error) (err error) {
	if change.Empty() {
		return nil
	}
	var category *catalog.Category
	if change.CategoryID != nil {
		category, err = t.knownCategory(before.WorkspaceID, *change.CategoryID)
	} else {
		category, err = t.category(before.WorkspaceID, before.CategoryID)
	}
	if err != nil {
		return err
	}
	if err := catalog.InvalidFields(change.Check(before, category)); err != nil {
		return err
	}
	after := change.Apply(before)
	if err := t.saveDescription(before.Key, after.CategoryID, after.Metadata, after.Inference); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE content SET updated_at = ? WHERE key = ?", t.now.Unix(), before.Key); err != nil {
		return err
	}
	t.contentChanged(before.Key)
	t.workspaceChanged(before.WorkspaceID)
	var fields []field
	if change.CategoryID != nil {
		fields = append(fields, field{"categoryId", jsonText(after.CategoryID)})
	}
	fields = append(fields, valueFields(metadataField, change.Metadata)...)
	return journal(before.ID, append(fields, valueFields(inferenceField, change.Inference)...)...)
}

// described is what an update changes of a live content.
func (t *tx) described(id string) (c catalog.Content, err error) {
	var category, metadata, inference sql.NullString
	err = t.row(`SELECT c.key, c.id, w.id, c.category, c.metadata, c.inference FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.deleted_at IS NULL`, id).Scan(&c.Key, &c.ID, &c.WorkspaceID, &category, &metadata, &inference)
	if err != nil {
		return c, notFound(err, "There is no such document.")
	}
	c.CategoryID = category.String
	if c.Metadata, err = readValues(metadata); err != nil {
		return c, err
	}
	c.Inference, err = readValues(inference)
	return c, err
}

// saveDescription writes a content's category, metadata and executions, and everything that is derived from them.
func (t *tx) saveDescription(key int64, category string, metadata, inference map[string]any) error {
	var parentID, parentName sql.NullString
	err := t.row(`UPDATE content SET category = nullif(?, ''), metadata = ?, inference = ? WHERE key = ?
		RETURNING (SELECT p.id FROM content p WHERE p.key = content.parent), (SELECT p.name FROM content p WHERE p.key = content.parent)`,
		category, valuesText(metadata), valuesText(inference), key).Scan(&parentID, &parentName)
	if err != nil {
		return err
	}
	if parentID.Valid {
		metadata = maps.Clone(metadata)
		if metadata == nil {
			metadata = map[string]any{}
		}
		maps.Copy(metadata, partMetadata(parentID.String, parentName.String))
	}
	if err := t.forgetInference(key, inference); err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM content_value WHERE content = ?", key); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		_, err := t.exec("INSERT INTO content_value (content, name, workspace, value) SELECT key, ?, workspace, ? FROM content WHERE key = ?",
			name, filterValue(metadata[name]), key)
		if err != nil {
			return err
		}
	}
	return t.describe(key)
}

// valuesText is the way back from readValues.
func valuesText(values map[string]any) any {
	if len(values) == 0 {
		return nil
	}
	return jsonText(values)
}

// filterValue is a metadata value as filters compare it: text and numbers as they are, booleans as the blobs 00 and 01,
// anything else as the blob 02.
func filterValue(v any) any {
	switch v := v.(type) {
	case string, float64:
		return v
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case bool:
		if v {
			return []byte{1}
		}
		return []byte{0}
	}
	return []byte{2}
}

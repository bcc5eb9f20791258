package store

import (
	"database/sql"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Beginnings of names of a content's fields; the key of the metadata follows.
const (
	metadataField  = "metadata."
	inferenceField = "inference."
)

// valueAndInference are the two fields that belong together: a value, and the task execution that found it if one did.
// name is either of the two.
func valueAndInference(name string) (value, inference string) {
	key, isInference := strings.CutPrefix(name, inferenceField)
	if !isInference {
		key = strings.TrimPrefix(name, metadataField)
	}
	if key == catalog.InferredCategory {
		return "categoryId", inferenceField + key
	}
	return metadataField + key, inferenceField + key
}

// inferred reports whether what is noted of a value's inference is of the value that is there: a value that was set later
// is a person's, who did not know of the inference.
func inferred(item catalog.Item, key string) bool {
	value, inference := valueAndInference(inferenceField + key)
	return item.Fields[inference].Stamp.Time >= item.Fields[value].Stamp.Time
}

// itemInferred journals values that were found automatically. Their stamps follow directly upon those of what was there: so
// they win over what this device has seen, and lose to whatever a person sets at any time elsewhere.
func (t *tx) itemInferred(id string, fields ...field) error {
	return t.changeItem(id, func(before catalog.Item) catalog.Item {
		after := before
		for _, f := range fields {
			value, inference := valueAndInference(f.name)
			latest := max(before.Fields[value].Stamp.Time, before.Fields[inference].Stamp.Time)
			after = after.Set(f.name, f.value, catalog.Stamp{Time: latest + 1, Device: t.device.id})
		}
		return after
	})
}

// capturedHere reports whether this device wrote the version of a content that answers, under the id that it has now or had
// before.
func (t *tx) capturedHere(id string) (here bool, err error) {
	err = t.row(`SELECT ifnull((SELECT d.own FROM item i JOIN item_version v ON v.item = i.key JOIN device d ON d.key = v.device
		WHERE i.id = ? ORDER BY v.counter DESC, d.id DESC LIMIT 1), 0) > 0`, id).Scan(&here)
	return here, err
}

// itemRestored journals that a content lives again with the bytes it had. Its item may have been buried meanwhile.
func (t *tx) itemRestored(key int64, id, blob string) error {
	if _, known, err := t.item(id); err != nil {
		return err
	} else if known {
		return t.itemWritten(id, blob, blob)
	}
	feed, fields, err := t.contentAsFields(key)
	if err != nil {
		return err
	}
	if err := t.itemCreated(catalog.KindContent, id, feed, hashBytes(blob), fields); err != nil {
		return err
	}
	return t.rise(feed, id)
}

// contentAsFields is what the journal would say of a content, from its row.
func (t *tx) contentAsFields(key int64) (workspace int64, fields []field, err error) {
	var n NewContent
	var category, metadata, inference sql.NullString
	var created int64
	err = t.row("SELECT workspace, name, format, size, added_by, created_at, category, metadata, inference FROM content WHERE key = ?", key).
		Scan(&workspace, &n.Name, &n.Format, &n.Size, &n.UserID, &created, &category, &metadata, &inference)
	if err != nil {
		return 0, nil, err
	}
	n.CategoryID = category.String
	if n.Metadata, err = readValues(metadata); err != nil {
		return 0, nil, err
	}
	tasks, err := readValues(inference)
	return workspace, append(n.fields(created), valueFields(inferenceField, tasks)...), err
}

package store

import (
	"context"
	"maps"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Infer writes what a task has found out about a live content, that this task did, and where it read it. It writes where
// nothing is set, and where a task has written before and the document has changed since; never over what a person set.
// A value is left out when the text is no longer what it was read from, or when the category has no such field any more.
// It returns the names of what the content has from this task, by this call or an earlier one. NotFound when the content
// has gone, Conflict when its workspace is archived or another device has captured it, otherwise as UpdateContent.
func (s *Store) Infer(ctx context.Context, contentID string, found catalog.Inferred) (names []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		before, err := t.described(contentID)
		if err != nil {
			return err
		}
		if err := t.unlessArchived(before.WorkspaceID); err != nil {
			return err
		}
		if err := t.unlessElsewhere(contentID); err != nil {
			return err
		}
		i := inferring{tx: t, content: before, found: found}
		if err := i.look(); err != nil {
			return err
		}
		change, err := i.change()
		if err != nil {
			return err
		}
		for name, task := range change.Apply(before).Inference {
			if task == found.TaskID {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if err := t.changeDescription(before, change, t.itemInferred); err != nil {
			return err
		}
		return i.note(change)
	})
	return names, err
}

// inferring is one call of Infer.
type inferring struct {
	*tx
	content  catalog.Content
	category *catalog.Category // that the content has before
	found    catalog.Inferred
	outdated map[string]bool // names of values that a task found in other bytes
}

// look finds out which automatic values are of other bytes: those of a task that ran here and whose place is not known.
func (i *inferring) look() (err error) {
	if i.category, err = i.tx.category(i.content.WorkspaceID, i.content.CategoryID); err != nil {
		return err
	}
	tasks := map[string]bool{}
	err = i.rows(func(row scanner) error {
		var id string
		err := row.Scan(&id)
		tasks[id] = true
		return err
	}, "SELECT t.id FROM execution x JOIN task_execution t ON t.execution = x.key WHERE x.content = ?", i.content.Key)
	if err != nil {
		return err
	}
	i.outdated = map[string]bool{}
	for name, task := range i.content.Inference {
		id, _ := task.(string)
		i.outdated[name] = tasks[id]
	}
	return i.rows(func(row scanner) error {
		var name string
		err := row.Scan(&name)
		delete(i.outdated, name)
		return err
	}, "SELECT name FROM inference WHERE content = ?", i.content.Key)
}

// change is what of a finding can be written.
func (i *inferring) change() (catalog.ContentChange, error) {
	change := catalog.ContentChange{Metadata: map[string]any{}, Inference: map[string]any{}}
	if id, ok := i.found.Category.Value.(string); ok && (i.content.CategoryID == "" || i.outdated[catalog.InferredCategory]) {
		change.CategoryID = &id
		change.Inference[catalog.InferredCategory] = i.found.TaskID
	}
	for _, key := range slices.Sorted(maps.Keys(i.found.Metadata)) {
		value := i.found.Metadata[key]
		if _, set := i.content.Metadata[key]; set && !i.outdated[key] || !i.fits(key, value.Value) {
			continue
		}
		there, err := i.stands(value)
		if err != nil {
			return change, err
		}
		if there {
			change.Metadata[key], change.Inference[key] = value.Value, i.found.TaskID
		}
	}
	for _, key := range i.found.Sought {
		if _, again := change.Metadata[key]; !again && i.outdated[key] {
			change.Metadata[key], change.Inference[key] = nil, nil
		}
	}
	return change, nil
}

// fits reports whether the content's category, as it is now, takes a value. Without one every value does.
func (i *inferring) fits(key string, value any) bool {
	return i.category == nil || len(i.category.CheckMetadata(map[string]any{key: value}, false)) == 0
}

// stands reports whether the stored text has the quote at its place.
func (i *inferring) stands(f catalog.Found) (there bool, err error) {
	if f.Page == 0 {
		return true, nil
	}
	err = i.row("SELECT EXISTS (SELECT 1 FROM page WHERE content = ? AND number = ? AND substr(text, ? + 1, ?) = ?)",
		i.content.Key, f.Page, f.Start, f.End-f.Start, f.Quote).Scan(&there)
	return there, err
}

// note keeps where the values that were written came from.
func (i *inferring) note(change catalog.ContentChange) error {
	for name, task := range change.Inference {
		if task == nil {
			continue
		}
		f := i.found.Metadata[name]
		if name == catalog.InferredCategory && change.CategoryID != nil {
			f = i.found.Category
		}
		_, err := i.exec(`INSERT INTO inference (content, name, task_execution, page, start_at, end_at, quote, confidence, method) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET task_execution = excluded.task_execution, page = excluded.page, start_at = excluded.start_at, end_at = excluded.end_at,
			quote = excluded.quote, confidence = excluded.confidence, method = excluded.method`,
			i.content.Key, name, i.found.TaskID, f.Page, f.Start, f.End, f.Quote, f.Confidence, f.Method)
		if err != nil {
			return err
		}
	}
	return nil
}

// unlessElsewhere returns Conflict when another device has captured a content: automatic values come from one device, or two
// with different means would write over each other for ever.
func (t *tx) unlessElsewhere(contentID string) error {
	here, err := t.capturedHere(contentID)
	if err == nil && !here {
		err = catalog.Errorf(catalog.Conflict, "The document came from another device, and what is found in it automatically comes from there.")
	}
	return err
}

// unlessArchived returns Conflict when a live workspace is archived, NotFound when it is none.
func (t *tx) unlessArchived(workspaceID string) error {
	var archived bool
	err := t.row("SELECT archived FROM workspace WHERE id = ? AND deleted_at IS NULL", workspaceID).Scan(&archived)
	if err == nil && archived {
		return catalog.Errorf(catalog.Conflict, "The workspace was archived, and its documents are closed for changes.")
	}
	return notFound(err, "There is no such workspace.")
}

// byHand is a change by a person: what it sets is no longer inferred, whatever it was before, unless the change says so
// itself.
func byHand(before catalog.Content, change catalog.ContentChange) catalog.ContentChange {
	inference := maps.Clone(change.Inference)
	if inference == nil {
		inference = map[string]any{}
	}
	overwrite := func(name string) {
		if _, said := inference[name]; !said && before.Inference[name] != nil {
			inference[name] = nil
		}
	}
	if change.CategoryID != nil {
		overwrite(catalog.InferredCategory)
	}
	for key := range change.Metadata {
		overwrite(key)
	}
	change.Inference = inference
	return change
}

// forgetInference drops what is noted of values that are not, or no longer, from the task that read them.
func (t *tx) forgetInference(key int64, inference map[string]any) error {
	var gone []string
	err := t.rows(func(row scanner) error {
		var name, task string
		err := row.Scan(&name, &task)
		if inference[name] != task {
			gone = append(gone, name)
		}
		return err
	}, "SELECT name, task_execution FROM inference WHERE content = ?", key)
	if err != nil {
		return err
	}
	for _, name := range gone {
		if _, err := t.exec("DELETE FROM inference WHERE content = ? AND name = ?", key, name); err != nil {
			return err
		}
	}
	return nil
}

// Inferred tells where the automatic values of a live content came from, in the order of their names.
func (s *Store) Inferred(ctx context.Context, c catalog.Content) ([]catalog.InferredValue, error) {
	noted := map[string]catalog.InferredValue{}
	err := s.read(ctx, func(row scanner) error {
		var v catalog.InferredValue
		err := row.Scan(&v.Name, &v.TaskExecutionID, &v.Page, &v.Start, &v.End, &v.Confidence, &v.Method)
		noted[v.Name] = v
		return err
	}, "SELECT name, task_execution, page, start_at, end_at, confidence, method FROM inference WHERE content = ?", c.Key)
	if err != nil {
		return nil, err
	}
	list := []catalog.InferredValue{}
	for _, name := range slices.Sorted(maps.Keys(c.Inference)) {
		task, _ := c.Inference[name].(string)
		v := noted[name]
		if v.TaskExecutionID != task {
			v = catalog.InferredValue{}
		}
		v.Name, v.TaskExecutionID, v.Value = name, task, c.Metadata[name]
		if name == catalog.InferredCategory && v.Value == nil {
			v.Value = c.CategoryID
		}
		list = append(list, v)
	}
	return list, nil
}

package workflow

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// extractMetadata gives the fields of the content's category that have no value the one that the document states of
// itself under the same name.
func (r *Runner) extractMetadata(ctx context.Context, x catalog.DueExecution, task catalog.TaskExecution) (ending, error) {
	if x.Content.CategoryID == "" {
		return done("There was nothing to extract: the document has no category."), nil
	}
	categories, err := r.Store.Categories(ctx, x.WorkspaceID)
	if err != nil {
		return pending, err
	}
	at := slices.IndexFunc(categories, func(c catalog.Category) bool { return c.ID == x.Content.CategoryID })
	if at < 0 {
		return done("There was nothing to extract: the document's category is gone."), nil
	}
	found := values(categories[at], properties(x.Content))
	names, err := r.Store.Infer(ctx, x.ContentID, catalog.Inferred{TaskID: task.ID, Metadata: found})
	if err != nil {
		return pending, err
	}
	if len(names) == 0 {
		return done("There was nothing to extract: the document states no field that has no value yet."), nil
	}
	return done("It stated " + strings.Join(names, ", ") + "."), nil
}

// properties are what a document states of itself, by their plain names. What extraction found and the store does not
// keep is not among them.
func properties(c catalog.Content) map[string]string {
	stated := map[string]string{}
	if c.Title != "" {
		stated["title"] = c.Title
	}
	if c.PageCount > 0 {
		count := strconv.Itoa(c.PageCount)
		stated["pagecount"], stated["pages"] = count, count
	}
	return stated
}

// values are the properties that a category has fields for, as values of the fields' types. One that is none is left out.
func values(category catalog.Category, properties map[string]string) map[string]any {
	found := map[string]any{}
	for _, field := range category.Fields {
		text, stated := properties[plain(field.Key)]
		if !stated {
			continue
		}
		value, wrong := category.FormMetadata(map[string]string{field.Key: text})
		if len(wrong)+len(category.CheckMetadata(value, false)) == 0 {
			maps.Copy(found, value)
		}
	}
	return found
}

// plain is a name without case, spaces and marks: "Page Count", "page_count" and "pageCount" are one.
func plain(name string) string {
	letters := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}
	return catalog.FoldCase(strings.Map(letters, name))
}

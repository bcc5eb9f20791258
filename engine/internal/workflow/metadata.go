package workflow

import (
	"context"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// extractMetadata gives the fields of the content's category that have no value the one that the document states, when
// that is sure enough. What a person set stays.
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
	category := categories[at]
	if len(category.Fields) == 0 {
		return done("There was nothing to extract: the category " + category.Name + " has no fields."), nil
	}
	document, err := r.Store.Document(ctx, x.ContentID)
	if err != nil {
		return pending, err
	}
	found, doubtful := r.sure(r.Fields(category, document), x.Content)
	found.TaskID = task.ID
	for _, f := range category.Fields {
		found.Sought = append(found.Sought, f.Key)
	}
	names, err := r.Store.Infer(ctx, x.ContentID, found)
	if err != nil {
		return pending, err
	}
	return done(stated(names, doubtful)), nil
}

// sure parts what is sure enough from the names, with how sure it is, of what is not and has no value yet.
func (r *Runner) sure(list []catalog.Finding, c catalog.Content) (found catalog.Inferred, doubtful []string) {
	found.Metadata = map[string]catalog.Found{}
	for _, f := range list {
		if f.Confidence >= r.Bar {
			found.Metadata[f.Key] = f.Found
		} else if _, set := c.Metadata[f.Key]; !set {
			doubtful = append(doubtful, f.Key+" ("+percent(f.Confidence)+")")
		}
	}
	return found, doubtful
}

// stated is the sentence that says what was found.
func stated(names, doubtful []string) string {
	doubt := strings.Join(doubtful, ", ")
	switch {
	case len(names) > 0 && doubt != "":
		return "It stated " + strings.Join(names, ", ") + "; not sure enough: " + doubt + "."
	case len(names) > 0:
		return "It stated " + strings.Join(names, ", ") + "."
	case doubt != "":
		return "There was nothing to extract: nothing that it states is sure enough, not " + doubt + "."
	}
	return "There was nothing to extract: the document states no field that has no value yet."
}

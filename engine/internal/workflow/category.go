package workflow

import (
	"context"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// categorise gives a content without a category the one whose name stands in its file name or title, when exactly one
// does.
func (r *Runner) categorise(ctx context.Context, x catalog.DueExecution, task catalog.TaskExecution) (ending, error) {
	categories, err := r.Store.Categories(ctx, x.WorkspaceID)
	if err != nil {
		return pending, err
	}
	if x.Content.CategoryID != "" {
		if x.Content.Inference["categoryId"] == task.ID { // by this very task, which was interrupted
			return filed(categories, x.Content.CategoryID), nil
		}
		return done("There was nothing to do: the document has a category."), nil
	}
	named := namedIn(categories, x.Content)
	switch len(named) {
	case 0:
		return done("There was nothing to do: no category's name stands in the file name or the title."), nil
	case 1:
	default:
		return done("There was nothing to do: the names of several categories stand in the file name or the title."), nil
	}
	names, err := r.Store.Infer(ctx, x.ContentID, catalog.Inferred{TaskID: task.ID, CategoryID: named[0]})
	if err != nil {
		return pending, err
	}
	if len(names) == 0 {
		return done("There was nothing to do: the document was given a category meanwhile."), nil
	}
	return filed(categories, named[0]), nil
}

func filed(categories []catalog.Category, id string) ending {
	for _, c := range categories {
		if c.ID == id {
			return done("It was filed under " + c.Name + ".")
		}
	}
	return done("It was filed under a category that is gone.")
}

// namedIn are the ids of the categories whose names occur as whole words in a content's file name or title.
func namedIn(categories []catalog.Category, c catalog.Content) []string {
	fileName, title := words(strings.TrimSuffix(c.FileName, path.Ext(c.FileName))), words(c.Title)
	var ids []string
	for _, category := range categories {
		name := words(category.Name)
		if len(name) > 0 && (within(fileName, name) || within(title, name)) {
			ids = append(ids, category.ID)
		}
	}
	return ids
}

// words cuts text at everything that is neither letter nor digit, case ignored.
func words(text string) []string {
	return strings.FieldsFunc(catalog.FoldCase(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// within reports whether part occurs in whole, word by word.
func within(whole, part []string) bool {
	for at := 0; at+len(part) <= len(whole); at++ {
		if slices.Equal(whole[at:at+len(part)], part) {
			return true
		}
	}
	return false
}

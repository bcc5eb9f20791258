package workflow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// categorise gives a content the category that it seems to be of, when that is sure enough. One that a person gave stays,
// and one that a task gave stays until the document has other bytes.
func (r *Runner) categorise(ctx context.Context, x catalog.DueExecution, task catalog.TaskExecution) (ending, error) {
	by := x.Content.Inference[catalog.InferredCategory]
	switch {
	case x.Content.CategoryID != "" && by == task.ID: // by this very task, which was interrupted
		return r.filed(ctx, x)
	case x.Content.CategoryID != "" && by == nil:
		return done("There was nothing to do: the document has a category."), nil
	}
	document, err := r.Store.Document(ctx, x.ContentID)
	if err != nil {
		return pending, err
	}
	verdict, err := r.Judge(ctx, x.WorkspaceID, opening(x.Content, document))
	switch {
	case err != nil:
		return pending, err
	case !verdict.Assigned() && x.Content.CategoryID == "":
		return done(unsure(verdict)), nil
	case !verdict.Assigned():
		return done("There was nothing to do: the document has a category."), nil
	}
	found := catalog.Found{Value: verdict.Category.ID, Confidence: verdict.Confidence, Method: method(verdict)}
	names, err := r.Store.Infer(ctx, x.ContentID, catalog.Inferred{TaskID: task.ID, Category: found})
	if catalog.CodeOf(err) == catalog.Invalid { // what a person set has no field there, and stays
		return done("Nothing was filed: it looks like " + verdict.Category.Name + ", but what is set of it does not fit there. " + catalog.MessageOf(err)), nil
	}
	if err != nil {
		return pending, err
	}
	if len(names) == 0 {
		return done("There was nothing to do: the document has a category."), nil
	}
	return done("It was filed under " + verdict.Category.Name + ": " + percent(verdict.Confidence) + " sure, " + grounds(verdict) + "."), nil
}

// filed says under what the content is.
func (r *Runner) filed(ctx context.Context, x catalog.DueExecution) (ending, error) {
	categories, err := r.Store.Categories(ctx, x.WorkspaceID)
	if err != nil {
		return pending, err
	}
	for _, c := range categories {
		if c.ID == x.Content.CategoryID {
			return done("It was filed under " + c.Name + "."), nil
		}
	}
	return done("It was filed under a category that is gone."), nil
}

// opening is what a document is judged by. Pages are joined as those of the examples are.
func opening(c catalog.Content, d catalog.Document) catalog.Opening {
	texts := make([]string, len(d.Pages))
	for i, p := range d.Pages {
		texts[i] = p.Text
	}
	return catalog.Opening{FileName: c.FileName, Title: c.Title, Text: strings.Join(texts, "\n")}
}

// method is what a verdict goes by.
func method(v catalog.Verdict) string {
	if v.Examples == 0 {
		return "description"
	}
	return "examples"
}

func grounds(v catalog.Verdict) string {
	switch v.Examples {
	case 0:
		return "by what the category says of itself"
	case 1:
		return "by one document that was filed there by hand"
	}
	return "by " + strconv.Itoa(v.Examples) + " documents that were filed there by hand"
}

// unsure says why nothing was assigned.
func unsure(v catalog.Verdict) string {
	if v.Category.ID == "" {
		return "There was nothing to do: the workspace has no categories."
	}
	return fmt.Sprintf("Nothing was filed: it looks most like %s, but that is only %s sure, and %s are needed.", v.Category.Name, percent(v.Confidence), percent(v.Needed))
}

// percent is a share as people say it, never more sure than it is.
func percent(share float64) string { return strconv.Itoa(int(share*100+1e-9)) + " %" }

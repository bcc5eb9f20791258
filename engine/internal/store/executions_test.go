package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// execute makes a workflow of tasks and begins it over a content.
func (f *fixture) execute(c catalog.Content, tasks ...catalog.Task) catalog.Execution {
	f.t.Helper()
	w := must(f.CreateWorkflow(f.ctx, f.workspace.ID, fmt.Sprint("w", f.count("workflow")), tasks))(f.t)
	return must(f.CreateExecution(f.ctx, w, catalog.Execution{ContentID: c.ID, AgentID: "a", StartedBy: "u"}))(f.t)
}

// due are the ids of what is due.
func (f *fixture) due() string {
	f.t.Helper()
	ids := []string{}
	for _, x := range must(f.DueExecutions(f.ctx, 100))(f.t) {
		ids = append(ids, x.ID)
	}
	return fmt.Sprint(ids)
}

func TestWhatIsDue(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	read := f.put("read.txt", "alpha")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("unread.txt", "u")}))
	file := must(f.File(f.ctx, f.folder.ID, "unread.txt"))(t)
	unread := must(f.Content(f.ctx, file.ContentID))(t)

	reprocess := f.execute(read, catalog.TaskReprocess)
	f.execute(unread, catalog.TaskExtractMetadata)
	f.execute(unread, catalog.TaskCategorise)
	images := f.execute(unread, catalog.TaskDeriveImages)
	waits := f.execute(unread, catalog.TaskReprocess)
	if want := fmt.Sprint([]string{reprocess.ID, images.ID, waits.ID}); f.due() != want {
		t.Errorf("due are %s, want %s: what needs no text, or asks for one", f.due(), want)
	}
	for _, x := range []catalog.Execution{reprocess, waits} {
		check(t, f.ReadAgain(f.ctx, x.Tasks[0].ID))
	}
	if want := fmt.Sprint([]string{images.ID}); f.due() != want {
		t.Errorf("due are %s, want %s: the others wait for a reading", f.due(), want)
	}
	pending, _, err := f.PendingText(f.ctx, "v1", 10)
	if err != nil || len(pending) != 2 {
		t.Errorf("%d wait to be read, %v", len(pending), err)
	}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(read, "v1", "alpha")}))
	if want := fmt.Sprint([]string{reprocess.ID, images.ID}); f.due() != want {
		t.Errorf("due are %s, want %s: one has been read", f.due(), want)
	}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{{ContentKey: unread.Key, SHA256: unread.SHA256, Config: "v1", Failure: "It is locked."}}))
	if got := len(must(f.DueExecutions(f.ctx, 100))(t)); got != 5 {
		t.Errorf("%d are due once reading has failed, want all 5", got)
	}
	check(t, f.DeleteContent(f.ctx, read.ID))
	for _, x := range must(f.DueExecutions(f.ctx, 100))(t) {
		if x.Gone != (x.ID == reprocess.ID) || x.Away {
			t.Errorf("due is %+v", x)
		}
	}
	check(t, f.RemoveFolder(f.ctx, f.folder.ID, true))
	for _, x := range must(f.DueExecutions(f.ctx, 100))(t) {
		if !x.Away {
			t.Errorf("without its bytes due is %+v", x)
		}
	}
	if got := len(must(f.DueExecutions(f.ctx, 2))(t)); got != 2 {
		t.Errorf("%d at once", got)
	}
	check(t, f.Check(f.ctx))
}

func TestTasksEndOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	x := f.execute(c, catalog.TaskDeriveImages, catalog.TaskCategorise)
	if stored := must(f.Execution(f.ctx, x.ID))(t); fmt.Sprint(stored) != fmt.Sprint(x) {
		t.Errorf("stored %+v, made %+v", stored, x)
	}
	f.wait(time.Minute)
	check(t, f.EndTask(f.ctx, x.Tasks[0].ID, "Done.", ""))
	check(t, f.EndTask(f.ctx, x.Tasks[0].ID, "", "Not done."))
	got := must(f.Execution(f.ctx, x.ID))(t)
	if got.Status != catalog.ExecutionStarted || got.Tasks[0].Outcome != "Done." || got.Tasks[0].Status != catalog.ExecutionCompleted || *got.Tasks[0].CompletedAt != f.time() {
		t.Errorf("after the first task %+v", got)
	}
	check(t, f.EndTask(f.ctx, x.Tasks[1].ID, "Done too.", ""))
	check(t, f.EndExecution(f.ctx, x.ID, "Too late."))
	if got := must(f.Execution(f.ctx, x.ID))(t); got.Status != catalog.ExecutionCompleted || got.Failure != "" || *got.CompletedAt != f.time() {
		t.Errorf("after the last task %+v", got)
	}
	y := f.execute(c, catalog.TaskReprocess, catalog.TaskCategorise)
	check(t, f.EndTask(f.ctx, y.Tasks[0].ID, "", "It is locked."))
	check(t, f.ReadAgain(f.ctx, y.Tasks[1].ID))
	got = must(f.Execution(f.ctx, y.ID))(t)
	if got.Status != catalog.ExecutionFailed || got.Failure != "It is locked." || got.Tasks[1].Status != catalog.ExecutionFailed || got.Tasks[1].Failure == "" {
		t.Errorf("after a failed task %+v", got)
	}
	if status := must(f.Content(f.ctx, c.ID))(t).Status; status != catalog.StatusProcessed {
		t.Errorf("a task of an ended execution was begun: the document is %s", status)
	}
}

func TestInferenceOverwritesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	category := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Book", Fields: []catalog.CategoryField{
		{Key: "author", Type: catalog.FieldString}, {Key: "title", Type: catalog.FieldString, UniqueIndexElement: true}}}))(t)
	check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"author": "Ada"}}))
	f.clean()
	found := catalog.Inferred{TaskID: "t1", Category: catalog.Found{Value: category.ID}, Metadata: map[string]catalog.Found{"author": {Value: "Somebody"}, "title": {Value: "Roses"}}}
	if names := must(f.Infer(f.ctx, c.ID, found))(t); fmt.Sprint(names) != "[categoryId title]" {
		t.Errorf("inferred %v", names)
	}
	got := must(f.Content(f.ctx, c.ID))(t)
	if got.CategoryID != category.ID || got.VersionString != "book_roses" || fmt.Sprint(got.Metadata) != "map[author:Ada title:Roses]" || fmt.Sprint(got.Inference) != "map[categoryId:t1 title:t1]" {
		t.Errorf("the document is %+v", got)
	}
	if item := f.journalled(c.ID); item.Fields["metadata.title"].Value != `"Roses"` || item.Fields["categoryId"].Value != jsonText(category.ID) || item.Fields["metadata.author"].Value != `"Ada"` || !item.Dirty {
		t.Errorf("journalled as %+v", item)
	}
	f.clean()
	if names := must(f.Infer(f.ctx, c.ID, found))(t); fmt.Sprint(names) != "[categoryId title]" || f.journalled(c.ID).Dirty {
		t.Errorf("the same task again inferred %v", names)
	}
	found.TaskID = "t2"
	if names := must(f.Infer(f.ctx, c.ID, found))(t); len(names) != 0 {
		t.Errorf("another task inferred %v", names)
	}
	check(t, f.DeleteContent(f.ctx, c.ID))
	if _, err := f.Infer(f.ctx, c.ID, found); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("about a document in the trash: %v", err)
	}
}

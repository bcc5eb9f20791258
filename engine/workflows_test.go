package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// desk is an engine with what a test of workflows works on.
type desk struct {
	*enginetest.Engine
	t         *testing.T
	workspace catalog.Workspace
}

func newDesk(t *testing.T, e *enginetest.Engine) desk {
	t.Helper()
	workspace, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	return desk{e, t, workspace}
}

// paper imports a document.
func (d desk) paper(name, text string) catalog.Content {
	d.t.Helper()
	c, err := d.Import(d.Owner(), "", name, strings.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// workflow makes a workflow of tasks.
func (d desk) workflow(tasks ...catalog.Task) string {
	d.t.Helper()
	f, err := d.CreateWorkflow(d.Owner(), d.workspace.ID, fmt.Sprint(tasks), tasks)
	if err != nil {
		d.t.Fatal(err)
	}
	return f.ID
}

// begin begins a workflow over a document.
func (d desk) begin(workflowID, contentID string) catalog.Execution {
	d.t.Helper()
	x, err := d.Execute(d.Owner(), d.workspace.ID, contentID, workflowID)
	if err != nil {
		d.t.Fatal(err)
	}
	if x.Status != catalog.ExecutionStarted || x.CompletedAt != nil || x.AgentID == "" || x.StartedBy != d.LocalOwner().UserID {
		d.t.Errorf("begun as %+v", x)
	}
	return x
}

func (d desk) execution(id string) catalog.Execution {
	d.t.Helper()
	x, err := d.Execution(d.Owner(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

// ended waits for the end of an execution.
func (d desk) ended(id string) catalog.Execution {
	d.t.Helper()
	var x catalog.Execution
	d.Eventually("the execution ends", func() bool {
		x = d.execution(id)
		return x.Status != catalog.ExecutionStarted
	})
	if x.CompletedAt == nil || (x.Status == catalog.ExecutionFailed) != (x.Failure != "") {
		d.t.Errorf("ended as %+v", x)
	}
	for _, task := range x.Tasks {
		if task.Status != catalog.ExecutionCompleted && task.Status != catalog.ExecutionFailed || task.CompletedAt == nil ||
			(task.Status == catalog.ExecutionFailed) == (task.Failure == "") || (task.Status == catalog.ExecutionCompleted) == (task.Outcome == "") {
			d.t.Errorf("a task ended as %+v", task)
		}
	}
	return x
}

func (d desk) content(id string) catalog.Content {
	d.t.Helper()
	c, err := d.Content(d.Owner(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// category makes a category with fields of a type each: "title STRING".
func (d desk) category(name string, fields ...string) string {
	d.t.Helper()
	category := catalog.Category{WorkspaceID: d.workspace.ID, Name: name}
	for _, f := range fields {
		key, kind, _ := strings.Cut(f, " ")
		category.Fields = append(category.Fields, catalog.CategoryField{Key: key, Type: catalog.FieldType(kind)})
	}
	made, err := d.CreateCategory(d.Owner(), category)
	if err != nil {
		d.t.Fatal(err)
	}
	return made.ID
}

func TestWorkflowDoesItsTasksInOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	invoice := d.category("Invoice", "Title STRING", "pages NUMBER", "author STRING")
	content := d.paper("invoice_7.md", "# The seventh invoice\n\nTotal 7")
	// All at once, before the document has been read: what needs its text waits for it.
	x := d.ended(d.begin(d.workflow(catalog.TaskCategorise, catalog.TaskExtractMetadata, catalog.TaskReprocess, catalog.TaskDeriveImages), content.ID).ID)
	if x.Status != catalog.ExecutionCompleted {
		t.Fatalf("ended as %+v", x)
	}
	for i, want := range []string{"It was filed under Invoice: 96 % sure, by what the category says of itself.", "It stated Title, pages.", "It was read again: one page.", "A picture of its one page was made."} {
		if x.Tasks[i].Outcome != want || x.Tasks[i].StartedAt == nil {
			t.Errorf("task %d: %+v, want %q", i, x.Tasks[i], want)
		}
	}
	got := d.content(content.ID)
	if got.CategoryID != invoice || fmt.Sprint(got.Metadata) != "map[Title:The seventh invoice pages:1]" {
		t.Errorf("the document is %+v", got)
	}
	want := map[string]any{"categoryId": x.Tasks[0].ID, "Title": x.Tasks[1].ID, "pages": x.Tasks[1].ID}
	if fmt.Sprint(got.Inference) != fmt.Sprint(want) {
		t.Errorf("inferred by %v, want %v", got.Inference, want)
	}
	// Again: there is nothing to do, which is no failure, and nothing is overwritten.
	again := d.ended(d.begin(d.workflow(catalog.TaskExtractMetadata, catalog.TaskCategorise), content.ID).ID)
	if again.Status != catalog.ExecutionCompleted || !strings.HasPrefix(again.Tasks[0].Outcome, "There was nothing to extract") || !strings.HasPrefix(again.Tasks[1].Outcome, "There was nothing to do") {
		t.Errorf("again %+v", again)
	}
	if after := d.content(content.ID); fmt.Sprint(after.Inference) != fmt.Sprint(want) {
		t.Errorf("inferred again by %v", after.Inference)
	}
}

func TestBuiltInWorkflows(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	content := d.paper("note.txt", "one")
	list, err := d.Workflows(d.Owner(), d.workspace.ID)
	if err != nil || len(list) != 4 {
		t.Fatalf("built in are %v, %v", list, err)
	}
	for _, f := range list {
		if x := d.ended(d.begin(f.ID, content.ID).ID); x.Status != catalog.ExecutionCompleted || len(x.Tasks) != 1 || x.Tasks[0].Task != f.Tasks[0] {
			t.Errorf("%s: %+v", f.Name, x)
		}
	}
}

func TestFailedReadingFailsTheTask(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	content := d.paper("broken.docx", "PK\x03\x04 is no archive")
	d.Settle()
	x := d.ended(d.begin(d.workflow(catalog.TaskReprocess, catalog.TaskDeriveImages), content.ID).ID)
	failure := d.content(content.ID).Failure
	if x.Status != catalog.ExecutionFailed || failure == "" || x.Failure != failure || x.Tasks[0].Failure != failure || x.Tasks[1].Status != catalog.ExecutionFailed {
		t.Errorf("ended as %+v, the document says %q", x, failure)
	}
	// What needs no text goes on without one.
	if x := d.ended(d.begin(d.workflow(catalog.TaskCategorise, catalog.TaskExtractMetadata), content.ID).ID); x.Status != catalog.ExecutionCompleted {
		t.Errorf("without a text it ended as %+v", x)
	}
}

// TestExecutionGoesOnAfterARestart ends an engine while an execution waits for a reading, and another while it has yet
// to begin.
func TestExecutionGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true, DataDir: dir}))
	content := d.paper("note.txt", "one")
	d.Settle()
	if err := d.PauseAll(d.Owner()); err != nil {
		t.Fatal(err)
	}
	tasks := d.workflow(catalog.TaskReprocess, catalog.TaskCategorise)
	x := d.begin(tasks, content.ID)
	d.Eventually("the reading is asked for", func() bool { return d.execution(x.ID).Tasks[0].Status == catalog.ExecutionStarted })
	if got := d.content(content.ID); got.Status != catalog.StatusUploaded {
		t.Errorf("while it waits the document is %s", got.Status)
	}
	d.Stop()

	opened, err := engine.Open(t.Context(), engine.Options{NoModel: true, DataDir: dir}) // not running: nothing is done
	if err != nil {
		t.Fatal(err)
	}
	second, err := opened.Execute(catalog.WithActor(t.Context(), opened.LocalOwner()), d.workspace.ID, content.ID, tasks)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}

	d = newDesk(t, enginetest.Start(t, engine.Options{NoModel: true, DataDir: dir}))
	if err := d.ResumeAll(d.Owner()); err != nil { // a pause outlives a restart
		t.Fatal(err)
	}
	for _, id := range []string{x.ID, second.ID} {
		if got := d.ended(id); got.Status != catalog.ExecutionCompleted || got.StartedAt != d.execution(id).StartedAt {
			t.Errorf("after the restart %+v", got)
		}
	}
}

func TestDeletionEndsExecutions(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	if err := d.PauseAll(d.Owner()); err != nil {
		t.Fatal(err)
	}
	kept, gone := d.paper("kept.txt", "one"), d.paper("gone.txt", "two")
	tasks := d.workflow(catalog.TaskReprocess, catalog.TaskCategorise)
	other := d.workflow(catalog.TaskExtractMetadata)
	byDocument, byWorkflow, neither := d.begin(tasks, gone.ID), d.begin(other, kept.ID), d.begin(tasks, kept.ID)
	if err := d.DeleteContent(d.Owner(), gone.ID); err != nil {
		t.Fatal(err)
	}
	if x := d.ended(byDocument.ID); x.Status != catalog.ExecutionFailed || !strings.Contains(x.Failure, "document was deleted") {
		t.Errorf("of a deleted document %+v", x)
	}
	if err := d.DeleteWorkflow(d.Owner(), d.workspace.ID, other); err != nil {
		t.Fatal(err)
	}
	if x := d.ended(byWorkflow.ID); x.Status != catalog.ExecutionFailed || !strings.Contains(x.Failure, "workflow was deleted") {
		t.Errorf("of a deleted workflow %+v", x)
	}
	if x := d.execution(neither.ID); x.Status != catalog.ExecutionStarted {
		t.Errorf("the third is %+v", x)
	}
	if err := d.ResumeAll(d.Owner()); err != nil {
		t.Fatal(err)
	}
	if x := d.ended(neither.ID); x.Status != catalog.ExecutionCompleted {
		t.Errorf("the third ended as %+v", x)
	}
}

func TestArchivedWorkspaceIsNotWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	d.category("Invoice")
	if err := d.PauseAll(d.Owner()); err != nil {
		t.Fatal(err)
	}
	content := d.paper("invoice.txt", "one")
	x := d.begin(d.workflow(catalog.TaskCategorise), content.ID)
	if _, err := d.UpdateWorkspace(d.Owner(), d.workspace.ID, catalog.WorkspaceChange{IsArchived: new(true)}); err != nil {
		t.Fatal(err)
	}
	if err := d.ResumeAll(d.Owner()); err != nil {
		t.Fatal(err)
	}
	if got := d.ended(x.ID); got.Status != catalog.ExecutionFailed || !strings.Contains(got.Failure, "archived") {
		t.Errorf("ended as %+v", got)
	}
	if got := d.content(content.ID); got.CategoryID != "" {
		t.Errorf("the document is %+v", got)
	}
}

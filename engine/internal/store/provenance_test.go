package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestProvenanceOfAContent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	alone := must(f.Provenance(f.ctx, f.put("alone.txt", "a")))(t)
	if alone.Related != nil || alone.Executions != nil {
		t.Errorf("a content that stands alone has %+v", alone)
	}
	var ids []string
	for _, name := range []string{"v1.txt", "v2.txt", "v3.txt", "trashed.txt", "else.txt"} {
		ids = append(ids, f.put(name, name).ID)
		f.wait(time.Minute)
	}
	elsewhere := must(f.CreateUpload(f.ctx, other.ID, f.owner.UserID, "v1.txt", "text/plain", hashOf("x"), 1))(t)
	sql := func(query string, args ...any) {
		t.Helper()
		check(t, f.write(f.ctx, func(t *tx) error { _, err := t.exec(query, args...); return err }))
	}
	sql("UPDATE content SET version_string = 'licence_7' WHERE name LIKE 'v_.txt' OR name = 'trashed.txt'")
	sql("UPDATE content SET version_string = 'licence_8' WHERE name = 'else.txt'")
	check(t, f.DeleteContent(f.ctx, ids[3]))
	got := must(f.Provenance(f.ctx, must(f.Content(f.ctx, ids[1]))(t)))(t)
	if len(got.Related) != 2 || got.Related[0].ID != ids[2] || got.Related[1].ID != ids[0] || got.Related[1].FileName != "v1.txt" ||
		!got.Related[0].CreatedAt.Equal(f.time().Add(-3*time.Minute)) {
		t.Errorf("related are %+v", got.Related)
	}
	only := must(f.Provenance(f.ctx, must(f.Content(f.ctx, ids[4]))(t)))(t)
	if only.Related == nil || len(only.Related) != 0 {
		t.Errorf("the only one of its version has %+v", only.Related)
	}
	if steps := strings.Join(plan(t, f.Store, selectRelated), "\n"); !strings.Contains(steps, "USING INDEX content_version") {
		t.Errorf("related versions are found by\n%s", steps)
	}
	if p := must(f.Provenance(f.ctx, elsewhere))(t); len(p.Related) != 0 {
		t.Errorf("versions of another workspace are related: %+v", p.Related)
	}
}

func TestProvenanceNamesTheExecutionsOfTheContentAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mine, other := f.put("a.txt", "a"), f.put("b.txt", "b")
	id := func(n int) string { return fmt.Sprintf("00000000-0000-7000-8000-%012d", n) }
	sql := func(query string, args ...any) {
		t.Helper()
		check(t, f.write(f.ctx, func(t *tx) error { _, err := t.exec(query, args...); return err }))
	}
	for n, content := range []int64{mine.Key, other.Key} {
		sql(`INSERT INTO execution (key, id, workflow, workspace, content, agent, started_by, status, started_at) VALUES (?, ?, '', ?, ?, '', '', 'completed', 5)`,
			n+1, id(n), f.workspace.Key, content)
	}
	sql(`INSERT INTO task_execution (id, execution, ordinal, task, status, started_at, completed_at, outcome) VALUES (?, 1, 0, 'categorise', 'completed', 5, 9, 'Found one.')`, id(10))
	sql(`INSERT INTO task_execution (id, execution, ordinal, task, status, failure) VALUES (?, 1, 1, 'extract_metadata', 'failed', 'It broke.')`, id(11))
	sql(`INSERT INTO task_execution (id, execution, ordinal, task, status) VALUES (?, 2, 0, 'categorise', 'queued')`, id(12))
	content := must(f.Content(f.ctx, mine.ID))(t)
	content.Inference = map[string]any{"categoryId": id(10), "metadata.b": id(11), "metadata.a": id(11), "stolen": id(12), "unknown": id(99), "odd": 7.0, "none": ""}
	got := must(f.Provenance(f.ctx, content))(t).Executions
	if len(got) != 2 || got[0].ID != id(10) || got[1].ID != id(11) {
		t.Fatalf("executions are %+v", got)
	}
	first, second := got[0], got[1]
	if first.Task != catalog.TaskCategorise || first.Status != catalog.ExecutionCompleted || first.ExecutionID != id(0) || first.Outcome != "Found one." ||
		first.StartedAt.Unix() != 5 || first.CompletedAt.Unix() != 9 || first.Failure != "" {
		t.Errorf("the first is %+v", first)
	}
	if second.Failure != "It broke." || second.StartedAt != nil || second.CompletedAt != nil {
		t.Errorf("the second is %+v", second)
	}
}

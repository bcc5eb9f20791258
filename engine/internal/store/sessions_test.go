package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// attached are the ids of what is attached to a session.
func (f *fixture) attached(id string) string {
	f.t.Helper()
	list, total, err := f.SessionContents(f.ctx, id, 100, 0)
	check(f.t, err)
	ids := []string{}
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	if total != len(ids) {
		f.t.Errorf("%d are attached, %d listed", total, len(ids))
	}
	return fmt.Sprint(ids)
}

func (f *fixture) attach(id string, contentIDs ...string) {
	f.t.Helper()
	keys, unknown, err := f.Attach(f.ctx, id, contentIDs)
	if err != nil || len(unknown) > 0 || len(keys) != len(contentIDs) {
		f.t.Fatalf("attached %v, unknown %v, %v", keys, unknown, err)
	}
}

// TestPulledSessionsInAnyOrder pulls a session, a content and its attachment in every order.
func TestPulledSessionsInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		e := &elsewhere{fixture: newFixture(t)}
		session, content := pulledID(1), pulledID(2)
		items := []catalog.Item{
			e.item(catalog.KindSession, session, "name", `"Invoices"`, "createdAt", "77"),
			e.content(content, "a.txt"),
			e.place(catalog.KindAttachment, "session", session, content),
		}
		for _, n := range order {
			e.pull(items[n])
		}
		if got := must(e.Session(e.ctx, session))(t); got.Name != "Invoices" || got.CreatedAt.Unix() != 77 || got.WorkspaceID != e.workspace.ID {
			t.Errorf("%v: %+v", order, got)
		}
		if got := e.attached(session); got != fmt.Sprint([]string{content}) {
			t.Errorf("%v: attached %s", order, got)
		}
		check(t, e.Check(e.ctx))
	}
}

func TestPulledSessionsChangeAndGo(t *testing.T) {
	t.Parallel()
	e := &elsewhere{fixture: newFixture(t)}
	a, b := e.put("a.txt", "alpha"), e.put("b.txt", "beta")
	mine := must(e.CreateSession(e.ctx, e.workspace.ID, "Mine"))(t)
	if item := e.journalled(mine.ID); item.Kind != catalog.KindSession || item.Fields["name"].Value != `"Mine"` || !item.Dirty {
		t.Errorf("made as %+v", item)
	}
	e.attach(mine.ID, b.ID, a.ID)
	place := e.journalled(pairID(catalog.KindAttachment, mine.ID, a.ID))
	if place.Kind != catalog.KindAttachment || place.Deleted() || !place.Dirty {
		t.Errorf("attached as %+v", place)
	}
	e.pull(place.Delete(place.Dots()))
	if got := e.attached(mine.ID); got != fmt.Sprint([]string{b.ID}) {
		t.Errorf("detached elsewhere: %s", got)
	}
	e.attach(mine.ID, a.ID)
	check(t, e.Detach(e.ctx, mine.ID, b.ID))
	check(t, e.Detach(e.ctx, mine.ID, b.ID))
	if item := e.journalled(pairID(catalog.KindAttachment, mine.ID, b.ID)); !item.Deleted() {
		t.Errorf("detached here as %+v", item)
	}
	session := e.journalled(mine.ID)
	e.pull(session.Delete(session.Dots()))
	if _, err := e.Session(e.ctx, mine.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("deleted elsewhere: %v", err)
	}
	e.pull(session.Write(e.dot(), "", nil).Set("name", `"Yours"`, e.stamp()))
	if got := must(e.Session(e.ctx, mine.ID))(t); got.Name != "Yours" || e.attached(mine.ID) != fmt.Sprint([]string{a.ID}) {
		t.Errorf("back again: %+v with %s", got, e.attached(mine.ID))
	}
	check(t, e.DeleteSession(e.ctx, mine.ID))
	if item := e.journalled(mine.ID); !item.Deleted() {
		t.Errorf("deleted here as %+v", item)
	}
	check(t, e.Check(e.ctx))
}

func TestAttachmentsSurviveTrashAndRestore(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.put("a.txt", "alpha"), f.put("b.txt", "beta")
	session := must(f.CreateSession(f.ctx, f.workspace.ID, "Invoices"))(t)
	f.attach(session.ID, a.ID, b.ID)
	check(t, f.DeleteContent(f.ctx, a.ID))
	if got := f.attached(session.ID); got != fmt.Sprint([]string{b.ID}) {
		t.Errorf("with one in the trash: %s", got)
	}
	if _, unknown, err := f.Attach(f.ctx, session.ID, []string{b.ID, a.ID}); err != nil || fmt.Sprint(unknown) != fmt.Sprint([]string{a.ID}) {
		t.Errorf("attaching what is in the trash: %v, %v", unknown, err)
	}
	check(t, f.RestoreContent(f.ctx, a.ID))
	if got := f.attached(session.ID); got != fmt.Sprint([]string{a.ID, b.ID}) {
		t.Errorf("restored: %s", got)
	}
	check(t, f.DeleteContent(f.ctx, a.ID))
	f.wait(time.Hour)
	must(f.EmptyTrash(f.ctx, f.time()))(t)
	if got := f.attached(session.ID); got != fmt.Sprint([]string{b.ID}) {
		t.Errorf("after the trash was emptied: %s", got)
	}
	if n := f.count("attachment"); n != 1 {
		t.Errorf("%d attachments are left", n)
	}
	check(t, f.Check(f.ctx))
}

func TestParsingsAreRecorded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	runs := func() []catalog.Parsing {
		t.Helper()
		return must(f.Parsings(f.ctx, []catalog.Content{c}))(t)[c.Key]
	}
	first := runs()
	if len(first) != 1 || first[0].Status != catalog.ParsingProcessed || first[0].ParserVersion != "v1" || first[0].UpdatedAt != f.time() || !catalog.ValidID(first[0].ID) {
		t.Fatalf("read: %+v", first)
	}
	f.wait(time.Minute)
	check(t, f.CommitText(f.ctx, []catalog.Extracted{{ContentKey: c.Key, SHA256: c.SHA256, Config: "v1", Failure: "It is locked."}}))
	if again := runs(); len(again) != 1 || again[0].Status != catalog.ParsingFailed || again[0].ID != first[0].ID || again[0].UpdatedAt != f.time() {
		t.Errorf("failed: %+v", again)
	}
	f.wait(time.Minute)
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v2", "alpha")}))
	if both := runs(); len(both) != 2 || both[0].ID != first[0].ID || both[1].Status != catalog.ParsingProcessed || both[1].ConfigHash == both[0].ConfigHash || both[1].ID == both[0].ID {
		t.Errorf("with another configuration: %+v", both)
	}
	f.wait(time.Minute)
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "alpha")}))
	if both := runs(); len(both) != 2 || both[1].ID != first[0].ID {
		t.Errorf("the newest is not last: %+v", both)
	}
	stale := extracted(c, "v3", "alpha")
	stale.SHA256 = hashOf("other bytes")
	check(t, f.CommitText(f.ctx, []catalog.Extracted{stale}))
	if both := runs(); len(both) != 2 {
		t.Errorf("a run over bytes that have moved on: %+v", both)
	}
}

// TestParsingsOfEarlierDatabases opens a database of the first schema, in which runs of extraction were not recorded.
func TestParsingsOfEarlierDatabases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openHandle(filepath.Join(dir, FileName), "rwc", 1)
	script, err := migrationFiles.ReadFile("migrations/0001_initial.sql")
	check(t, err)
	check(t, migrateOnce(t.Context(), db, 1, string(script)))
	hash := hashOf("alpha")
	_, err = db.Exec(`INSERT INTO organization (key, id, name, created_at) VALUES (9, 'o', 'o', 0);
		INSERT INTO workspace (key, id, organization, name, dataspace, created_at, updated_at) VALUES (9, 'w', 9, 'w', 'sds-1', 0, 0);
		INSERT INTO content (key, id, workspace, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, pages, stale, text_of)
		VALUES (9, 'c', 9, 'a.txt', 'a.txt', 'text/plain', 5, x'` + hash + `', 'upload', 'u', 50, 60, 1, 0, '` + hash + `:v1: with a colon')`)
	check(t, err)
	check(t, db.Close())
	s, err := Open(t.Context(), dir, Options{})
	check(t, err)
	defer s.Close()
	runs := must(s.Parsings(t.Context(), []catalog.Content{{ID: "c", Key: 9}}))(t)[9]
	if len(runs) != 1 || runs[0].ParserVersion != "v1: with a colon" || runs[0].Status != catalog.ParsingProcessed || runs[0].UpdatedAt.Unix() != 60 {
		t.Errorf("recorded are %+v", runs)
	}
}

// TestWhatIsBeingReadIsListedAsThat lists by status while one of two waiting documents is being read.
func TestWhatIsBeingReadIsListedAsThat(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("done.txt", "alpha")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "a"), newFile("b.txt", "b")}))
	pending, _, err := f.PendingText(f.ctx, "v1", 10)
	check(t, err)
	for status, want := range map[catalog.ContentStatus]int{"": 3, catalog.StatusUploaded: 1, catalog.StatusProcessing: 1, catalog.StatusProcessed: 1, catalog.StatusFailed: 0} {
		q := catalog.ContentQuery{Scope: f.scope(), Status: status, Limit: 10, Reading: []int64{pending[0].Content.Key}}
		if _, n, err := f.ListContents(f.ctx, q); err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", status, n, want, err)
		}
	}
}

// count is how many rows a table has.
func (f *fixture) count(table string) (n int) {
	f.t.Helper()
	check(f.t, f.readOnce(f.ctx, func(row scanner) error { return row.Scan(&n) }, "SELECT count(*) FROM "+table))
	return n
}

func TestDeletedWorkspaceLeavesNoRow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	project := must(f.CreateProject(f.ctx, f.workspace.ID, "Loan", ""))(t)
	check(t, f.AddToProject(f.ctx, f.workspace.ID, project.ID, c.ID))
	session := must(f.CreateSession(f.ctx, f.workspace.ID, "Invoices"))(t)
	f.attach(session.ID, c.ID)
	f.execute(c, catalog.TaskReprocess)
	check(t, f.DeleteWorkspace(f.ctx, f.workspace.ID))
	check(t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
	for _, table := range []string{"content", "project", "project_content", "session", "attachment", "parsing", "category", "workflow", "execution", "task_execution"} {
		if n := f.count(table); n != 0 {
			t.Errorf("%d rows are left of %s", n, table)
		}
	}
	if n := f.count("item"); n != 1 {
		t.Errorf("%d items are left, not only the workspace's", n)
	}
	check(t, f.Check(f.ctx))
}

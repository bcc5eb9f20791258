package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestPurgeLeavesNothing deletes a workspace that has something in every table and looks for what is left of it.
func TestPurgeLeavesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	before := f.counts()
	w := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Doomed"}))(t)
	must(f.AddMember(f.ctx, w.ID, ada.ID, catalog.RoleEditor))(t)
	folder := must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/doomed", WorkspaceID: w.ID, AddedBy: f.owner.UserID}))(t)
	check(t, f.Capture(f.ctx, folder, []catalog.Captured{newFile("a.txt", "a")}))
	c := must(f.CreateUpload(f.ctx, w.ID, f.owner.UserID, "n.txt", "text/plain", hashOf("n"), 1))(t)
	read := extracted(c, "v1", "words of the doomed")
	read.Sketch = catalog.Sketch{Minima: []byte{1, 2, 3, 4}, Bands: []int64{-5, 5}}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{read}))
	check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"k": "v"}}))
	trashed := must(f.CreateUpload(f.ctx, w.ID, f.owner.UserID, "t.txt", "text/plain", hashOf("t"), 1))(t)
	check(t, f.DeleteContent(f.ctx, trashed.ID))
	check(t, f.write(f.ctx, func(x *tx) error {
		for _, insert := range []string{
			"INSERT INTO content_value (content, name, workspace, value) VALUES (?1, 'of purge', ?2, 'v')",
			"INSERT INTO share (id, content, hash, created_by, created_at, expires_at) VALUES ('dsx_x', ?1, x'00', ?2, 1, 2)",
			"INSERT INTO category (id, workspace, name, name_fold, created_at, updated_at) VALUES ('k' || ?1, ?2, 'K', 'k', 1, 1)",
			"INSERT INTO project (id, workspace, name, name_fold, created_at, updated_at) VALUES ('p' || ?1, ?2, 'P', 'p', 1, 1)",
			"INSERT INTO project_content (project, content) SELECT key, ?1 FROM project WHERE workspace = ?2",
			"INSERT INTO session (id, workspace, name, created_at) VALUES ('s' || ?1, ?2, 'S', 1)",
			"INSERT INTO attachment (session, content) SELECT key, ?1 FROM session WHERE workspace = ?2",
			"INSERT INTO workflow (id, workspace, name, name_fold, tasks, created_at, updated_at) VALUES ('w' || ?1, ?2, 'W', 'w', '[]', 1, 1)",
			"INSERT INTO inference (content, name, task_execution, page, start_at, end_at, quote, confidence, method) VALUES (?1, 'k', 't', 0, 0, 0, '', ?2, 'm')",
			"INSERT INTO parsing (content, config, updated_at) VALUES (?1, 'of purge', ?2)",
			"INSERT INTO card (workspace, user, name, email, role, created_at) VALUES (?2, 'u', 'n', 'e', 'VIEWER', ?1)",
			"INSERT INTO reach (feed, sha256, size, at) VALUES (?2, x'00', 1, ?1)",
			"INSERT INTO stage (feed, id, item) VALUES (?2, 'i', ?1)",
			"INSERT INTO execution (id, workflow, workspace, content, agent, started_by, status, started_at) VALUES ('e', 'w', ?2, ?1, 'a', 'u', 'started', 1)",
			"INSERT INTO task_execution (id, execution, ordinal, task, status) SELECT 't', key, 0, 'x', ?2 FROM execution WHERE content = ?1",
		} {
			if _, err := x.exec(insert, c.Key, w.Key); err != nil {
				return fmt.Errorf("%s: %w", insert, err)
			}
		}
		return nil
	}))
	check(t, f.DeleteWorkspace(f.ctx, w.ID))
	check(t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
	// The workspace's row with its item and the record of its commits stay, and the device's users.
	before["workspace"]++
	before["feed"]++
	before["item"]++
	before["item_field"] += 5
	after := f.counts()
	delete(before, "feed_commit")
	delete(after, "feed_commit")
	delete(before, "sqlite_sequence")
	delete(after, "sqlite_sequence")
	for table, rows := range after {
		if rows != before[table] {
			t.Errorf("%s has %d rows, want %d", table, rows, before[table])
		}
	}
	if len(f.find(words("doomed"))) != 0 {
		t.Error("the keyword rows are still there")
	}
	check(t, f.Check(f.ctx))
}

// counts is the number of rows of every table.
func (f *fixture) counts() map[string]int {
	f.t.Helper()
	rows := map[string]int{}
	check(f.t, f.readOnce(f.ctx, func(row scanner) error {
		var name string
		err := row.Scan(&name)
		rows[name] = 0
		return err
	}, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '%_text_%'"))
	for name := range rows {
		var n int
		check(f.t, f.readOnce(f.ctx, func(row scanner) error { return row.Scan(&n) }, "SELECT count(*) FROM "+name))
		rows[name] = n
	}
	return rows
}

// TestPurgeDropsBytesBeforeRows holds that the bytes go first, so that what a crash interrupts is done again, and that
// bytes which another workspace has stay.
func TestPurgeDropsBytesBeforeRows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	upload := func(workspace, text string) {
		must(f.CreateUpload(f.ctx, workspace, f.owner.UserID, "n.txt", "text/plain", hashOf(text), 1))(t)
	}
	first := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "First"}))(t)
	second := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Second"}))(t)
	for _, text := range []string{"own", "own", "both", "shared"} {
		upload(first.ID, text)
	}
	upload(second.ID, "both")
	upload(f.workspace.ID, "shared")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "own")})) // a folder's file keeps no upload
	check(t, f.DeleteWorkspace(f.ctx, first.ID))
	broken := errors.New("the disk is away")
	if err := f.PurgeWorkspaces(f.ctx, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("bytes that cannot go: %v", err)
	}
	var left int
	check(t, f.readRow(f.ctx, "SELECT count(*) FROM content WHERE workspace = ?", first.Key).Scan(&left))
	if left != 4 {
		t.Errorf("%d rows are left to tell which bytes must go, want 4", left)
	}
	var dropped []string
	drop := func(hash string) error {
		for _, text := range []string{"own", "both", "shared"} {
			if hash == hashOf(text) && !slices.Contains(dropped, text) {
				dropped = append(dropped, text)
			}
		}
		return nil
	}
	check(t, f.PurgeWorkspaces(f.ctx, drop))
	if got := strings.Join(dropped, " "); got != "own" {
		t.Errorf("dropped %s, want own alone", got)
	}
	check(t, f.DeleteWorkspace(f.ctx, second.ID))
	check(t, f.PurgeWorkspaces(f.ctx, drop))
	if got := strings.Join(dropped, " "); got != "own both" {
		t.Errorf("dropped %s, want own and both", got)
	}
	check(t, f.Check(f.ctx))
}

package store

import (
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestFailuresBackOff(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "a"), newFile("b.txt", "bb")}))
	list, _, err := f.PendingText(f.ctx, "v1", 10)
	if err != nil || len(list) != 2 || list[0].Content.FileName != "a.txt" {
		t.Fatalf("waiting %v, %v", list, err)
	}
	c := list[0].Content
	failed := catalog.Extracted{ContentKey: c.Key, SHA256: c.SHA256, Config: "v1", Failure: "It is locked."}
	for _, pause := range retryAfter {
		check(t, f.CommitText(f.ctx, []catalog.Extracted{failed}))
		got := must(f.Content(f.ctx, c.ID))(t)
		if got.Status != catalog.StatusFailed || got.Failure != "It is locked." {
			t.Errorf("status %s, %q", got.Status, got.Failure)
		}
		f.wait(pause - time.Second)
		list, due, err := f.PendingText(f.ctx, "v1", 10)
		if err != nil || len(list) != 1 || due.Sub(f.time()) != time.Second {
			t.Errorf("before %v: %d wait, due %v, %v", pause, len(list), due.Sub(f.time()), err)
		}
		f.wait(time.Second)
		if n := must(f.TextPending(f.ctx, "v1"))(t); n != 2 {
			t.Errorf("after %v: %d wait", pause, n)
		}
	}
	failed.Permanent = true
	check(t, f.CommitText(f.ctx, []catalog.Extracted{failed}))
	f.wait(30 * 24 * time.Hour)
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 1 {
		t.Errorf("a hopeless file waits: %d", n)
	}
	counts := must(f.StatusCounts(f.ctx, "v1", "m"))(t)
	if counts.Documents.Failed != 1 || len(counts.Documents.Failures) != 1 || counts.Documents.Failures[0].Path != "/home/ada/papers/a.txt" {
		t.Errorf("failures %+v", counts.Documents)
	}
	if n := must(f.TextPending(f.ctx, "v2"))(t); n != 2 {
		t.Errorf("under another configuration %d wait", n)
	}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{failed}))
	check(t, f.Retry(f.ctx, c.ID))
	if list, _, _ := f.PendingText(f.ctx, "v2", 1); list[0].Content.ID != c.ID {
		t.Error("what a person waits for is not first")
	}
	check(t, f.Check(f.ctx))
}

func TestTextOfOtherBytesIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	old := extracted(c, "v1", "stale text")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "new"), c)}))
	check(t, f.CommitText(f.ctx, []catalog.Extracted{old}))
	if len(f.find(words("stale"))) != 0 {
		t.Error("text of bytes that have moved on was stored")
	}
	if got := must(f.Content(f.ctx, c.ID))(t); got.Status != catalog.StatusUploaded {
		t.Errorf("status %s", got.Status)
	}
}

func TestConfigurationMakesTextStale(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("a.txt", "alpha")
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 0 {
		t.Errorf("%d wait", n)
	}
	if n := must(f.TextPending(f.ctx, "v2"))(t); n != 1 {
		t.Errorf("under another configuration %d wait", n)
	}
	check(t, f.Close())
	f.open()
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 0 {
		t.Errorf("back under the first %d wait", n)
	}
	if len(f.find(words("alpha"))) != 1 {
		t.Error("text is gone")
	}
}

func TestRenameKeepsIdentityAndText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("old.txt", "alpha")
	other := f.put("new.txt", "beta")
	d := newFile("new.txt", "alpha\n")
	d.Kind, d.OldPath, d.ContentID = catalog.CaptureRenamed, "old.txt", c.ID
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{d}))
	got := must(f.Content(f.ctx, c.ID))(t)
	if got.FileName != "new.txt" || got.Path != "/home/ada/papers/new.txt" || got.Status != catalog.StatusProcessed {
		t.Errorf("renamed content is %+v", got)
	}
	if _, err := f.Content(f.ctx, other.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("what was overwritten is still there: %v", err)
	}
	if _, err := f.File(f.ctx, f.folder.ID, "old.txt"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("the old path is still known: %v", err)
	}
	if names := must(f.Names(f.ctx, words("old"), f.scope(), 5))(t); len(names) != 0 {
		t.Error("found by the old name")
	}
	check(t, f.Check(f.ctx))
}

func TestDeletedContentStaysExcludedUntilItsBytesChange(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	check(t, f.DeleteContent(f.ctx, c.ID))
	file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t)
	if !file.Excluded || file.ContentID != "" || file.SHA256 != c.SHA256 {
		t.Errorf("file %+v", file)
	}
	touched := newFile("a.txt", "alpha\n")
	touched.Kind, touched.Stat.ModTime = catalog.CaptureTouched, 99
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{touched}))
	if file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t); !file.Excluded || file.ModTime != 99 {
		t.Errorf("touched file %+v", file)
	}
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "other")}))
	file = must(f.File(f.ctx, f.folder.ID, "a.txt"))(t)
	if file.Excluded || file.ContentID == "" || file.ContentID == c.ID {
		t.Errorf("changed file %+v", file)
	}
	check(t, f.RestoreContent(f.ctx, c.ID))
	if got := must(f.Content(f.ctx, c.ID))(t); got.Path != "/home/ada/papers/a.txt" {
		t.Errorf("restored %+v", got)
	}
	check(t, f.Check(f.ctx))
}

func TestRemoveFolder(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		f := newFixture(t)
		c := f.put("a.txt", "alpha")
		check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("unread.txt", "u")}))
		check(t, f.RemoveFolder(f.ctx, f.folder.ID, keep))
		if len(must(f.Folders(f.ctx))(t)) != 0 {
			t.Error("the folder is still there")
		}
		got, err := f.Content(f.ctx, c.ID)
		if keep && (err != nil || got.Path != "/home/ada/papers/a.txt" || len(f.find(words("alpha"))) != 1) {
			t.Errorf("kept content is %+v, %v", got, err)
		}
		if !keep && catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("content of a removed folder: %v", err)
		}
		if n := must(f.TextPending(f.ctx, "v1"))(t); n != 0 {
			t.Errorf("%d wait for a folder that is gone", n)
		}
		check(t, f.Check(f.ctx))
	}
}

func TestWorkspaces(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.workspace
	if !first.IsDefault || first.Role != catalog.RoleOwner || len(first.DataspaceID) != 12 {
		t.Errorf("the first workspace is %+v", first)
	}
	c := f.put("a.txt", "alpha")
	second := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Second", Description: "of two"}))(t)
	if second.IsDefault || second.Description != "of two" {
		t.Errorf("the second workspace is %+v", second)
	}
	check(t, f.UpdateWorkspace(f.ctx, second.ID, catalog.WorkspaceChange{Name: new("Zweiter"), IsArchived: new(true)}))
	if got := must(f.Workspace(f.ctx, second.ID, f.owner.UserID))(t); got.Name != "Zweiter" || !got.IsArchived || got.Description != "of two" {
		t.Errorf("updated workspace is %+v", got)
	}
	if _, err := f.Workspace(f.ctx, second.ID, "stranger"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a stranger sees it: %v", err)
	}
	check(t, f.DeleteWorkspace(f.ctx, first.ID))
	check(t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
	if role := must(f.Role(f.ctx, first.ID, f.owner.UserID))(t); role != catalog.RoleNone {
		t.Errorf("role %s in a deleted workspace", role)
	}
	if _, err := f.Content(f.ctx, c.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("its content: %v", err)
	}
	list := must(f.Workspaces(f.ctx, f.owner.UserID))(t)
	if len(list) != 1 || !list[0].IsDefault {
		t.Errorf("left are %+v", list)
	}
	var rows int
	check(t, f.readRow(f.ctx, `SELECT (SELECT count(*) FROM content) + (SELECT count(*) FROM page) + (SELECT count(*) FROM passage) + (SELECT count(*) FROM file)
		+ (SELECT count(*) FROM folder) + (SELECT count(*) FROM name_text)`).Scan(&rows))
	if rows != 0 {
		t.Errorf("%d rows are left", rows)
	}
	if item := f.journalled(first.ID); !item.Deleted() || !item.Dirty {
		t.Errorf("its item is %+v", item)
	}
	check(t, f.Check(f.ctx))
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	spec := TokenSpec{Name: "ci", UserEmail: f.owner.Email, WorkspaceID: f.workspace.ID, Abilities: []string{"content-read"}, Expires: time.Hour}
	token, secret, err := f.CreateToken(f.ctx, spec)
	check(t, err)
	a := must(f.TokenActor(f.ctx, secret))(t)
	if a.Kind != catalog.ActorUser || a.UserID != f.owner.UserID || a.Workspace != f.workspace.ID || !a.Has("content-read") || a.Has("sync") || a.TokenID != token.ID {
		t.Errorf("actor %+v", a)
	}
	if list := must(f.Tokens(f.ctx))(t); len(list) != 1 || list[0].LastUsedAt == nil || list[0].Abilities[0] != "content-read" {
		t.Errorf("tokens %+v", list)
	}
	for _, wrong := range []string{"", "x", secretPrefix, secret + "x", secret[:len(secret)-1]} {
		if _, err := f.TokenActor(f.ctx, wrong); catalog.CodeOf(err) != catalog.Unauthenticated {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	f.wait(time.Hour)
	if _, err := f.TokenActor(f.ctx, secret); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("expired: %v", err)
	}
	spec.Expires = 0
	token, secret, err = f.CreateToken(f.ctx, spec)
	check(t, err)
	check(t, f.RevokeToken(f.ctx, token.ID))
	if _, err := f.TokenActor(f.ctx, secret); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("revoked: %v", err)
	}
	if err := f.RevokeToken(f.ctx, token.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("revoked again: %v", err)
	}
}

func TestListContents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("Beta.txt", "bb")
	f.wait(time.Minute)
	f.put("alpha.txt", "a")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("gamma.txt", "ccc")}))
	for _, test := range []struct {
		q     catalog.ContentQuery
		first string
		total int
	}{
		{catalog.ContentQuery{Limit: 1, Sort: "name"}, "alpha.txt", 3},
		{catalog.ContentQuery{Limit: 1, Sort: "createdAt"}, "Beta.txt", 3},
		{catalog.ContentQuery{Limit: 5, Name: "BET"}, "Beta.txt", 1},
		{catalog.ContentQuery{Limit: 5, Status: catalog.StatusUploaded}, "gamma.txt", 1},
		{catalog.ContentQuery{Limit: 5, Folder: f.folder.ID, Sort: "-name"}, "gamma.txt", 3},
		{catalog.ContentQuery{Limit: 1, Offset: 2, Sort: "-size"}, "alpha.txt", 3},
	} {
		test.q.Scope = f.scope()
		list, total, err := f.ListContents(f.ctx, test.q)
		if err != nil || total != test.total || len(list) == 0 || list[0].FileName != test.first {
			t.Errorf("%+v: %d, %v, %v", test.q, total, list, err)
		}
	}
	if _, _, err := f.ListContents(f.ctx, catalog.ContentQuery{Scope: f.scope(), Sort: "1; DROP"}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("unknown sort: %v", err)
	}
}

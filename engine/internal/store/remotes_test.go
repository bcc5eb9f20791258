package store

import (
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestRemotesAndWhatWasChosenForTheirWorkspaces(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	ctx := s.ctx
	club, err := s.AddRemote(ctx, catalog.Remote{Name: "Club", URL: "https://club.example.org", UserID: "u", Email: "ada@example.org", KeepNew: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddRemote(ctx, catalog.Remote{Name: "Again", URL: "https://club.example.org"}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("the same address again: %v", err)
	}
	other, err := s.AddRemote(ctx, catalog.Remote{Name: "Office", URL: "https://office.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	club.Paused, club.Limit, club.Pin = true, 1000, "ab"
	if err := s.SaveRemote(ctx, club); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Remote(ctx, club.ID); got != club || err != nil {
		t.Errorf("the remote is %+v, %v; want %+v", got, err, club)
	}
	w := catalog.RemoteWorkspace{ID: "w", Name: "Garden", Role: catalog.RoleEditor, SyncChoice: catalog.SyncChoice{Kept: true, Mode: catalog.SyncIndex}}
	if err := s.SaveRemoteWorkspace(ctx, club.ID, w); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveRemoteWorkspace(ctx, other.ID, w); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a second remote of a workspace: %v", err)
	}
	if err := s.SaveRemoteWorkspace(ctx, "nothing", w); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("no remote: %v", err)
	}
	at := time.Unix(1_780_000_000, 0).UTC()
	if err := s.SaveProgress(ctx, "w", &at, &catalog.SyncAgreement{Digest: "d", Seq: 7, At: at}); err != nil {
		t.Fatal(err)
	}
	w.Mode = catalog.SyncPinned
	if err := s.SaveRemoteWorkspace(ctx, club.ID, w); err != nil {
		t.Fatal(err)
	}
	remote, got, err := s.RemoteOf(ctx, "w")
	if err != nil || remote != club.ID || got.SyncChoice != w.SyncChoice || got.Agreement == nil || *got.Agreement != (catalog.SyncAgreement{Digest: "d", Seq: 7, At: at}) || !got.LastSuccess.Equal(at) {
		t.Errorf("the workspace is %+v of %q, %v", got, remote, err)
	}
	if list, err := s.RemoteWorkspaces(ctx, club.ID); len(list) != 1 || err != nil {
		t.Errorf("the workspaces: %v %v", list, err)
	}
	if err := s.RemoveRemote(ctx, club.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveRemote(ctx, club.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("removing it again: %v", err)
	}
	if remote, _, err := s.RemoteOf(ctx, "w"); remote != "" || err != nil {
		t.Errorf("after its remote: %q %v", remote, err)
	}
}

func TestLinesOfTheDiaryGrow(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	ctx := s.ctx
	at := time.Unix(1_780_000_000, 0).UTC()
	say := func(after time.Duration, kind catalog.SyncEntryKind, count int, names ...string) {
		t.Helper()
		if err := s.Record(ctx, catalog.SyncEntry{At: at.Add(after), Kind: kind, RemoteID: "r", WorkspaceID: "w", Count: count, Bytes: int64(count), Names: names}); err != nil {
			t.Fatal(err)
		}
	}
	say(0, catalog.EntrySent, 2, "a", "b")
	say(time.Minute, catalog.EntrySent, 1, "b")
	say(2*time.Minute, catalog.EntryReceived, 1, "c")
	say(3*time.Minute, catalog.EntrySent, 9, "d", "e", "f", "g", "h", "i")
	say(2*time.Hour, catalog.EntrySent, 1, "j")
	lines, err := s.Diary(ctx, "r", "", at, 100)
	if err != nil || len(lines) != 4 {
		t.Fatalf("the diary: %+v %v", lines, err)
	}
	first := lines[3]
	if first.Count != 3 || first.Bytes != 3 || len(first.Names) != 2 || !first.At.Equal(at.Add(time.Minute)) {
		t.Errorf("the first line is %+v", first)
	}
	if len(lines[1].Names) != entryNames {
		t.Errorf("a line names %v", lines[1].Names)
	}
	for _, none := range [][2]string{{"other", ""}, {"r", "other"}} {
		if lines, err := s.Diary(ctx, none[0], none[1], at, 100); len(lines) != 0 || err != nil {
			t.Errorf("of %v: %v %v", none, lines, err)
		}
	}
	say(diaryKept+3*time.Hour, catalog.EntryAgreed, 0)
	if lines, err := s.Diary(ctx, "", "", time.Time{}, 100); len(lines) != 1 || err != nil {
		t.Errorf("after half a year: %v %v", lines, err)
	}
}

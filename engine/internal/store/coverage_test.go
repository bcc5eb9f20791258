package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestReadingOrder: what a person waits for, then the period of the last change, then the effort.
func TestReadingOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	day := func(days int) int64 { return f.time().AddDate(0, 0, -days).UnixNano() }
	list := []catalog.Captured{}
	for _, file := range []struct {
		path    string
		size    int64
		changed int64
	}{
		{"old-small.txt", 1, day(900)}, {"old-large.txt", 1 << 30, day(901)}, {"new-large.txt", 1 << 20, day(1)},
		{"new-small.txt", 10, day(2)}, {"future.txt", 100, day(-4000)}, {"older-than-time.txt", 1, -5},
	} {
		d := newFile(file.path, file.path)
		d.Stat.Size, d.Effort, d.Stat.ModTime = file.size, file.size, file.changed
		list = append(list, d)
	}
	check(t, f.Capture(f.ctx, f.folder, list))
	must(f.CreateUpload(f.ctx, f.workspace.ID, f.owner.UserID, "sent.txt", "text/plain", hashOf("sent"), 1<<40))(t)
	order := func() (names []string) {
		pending, _, err := f.PendingText(f.ctx, "v1", 100)
		check(t, err)
		for _, p := range pending {
			names = append(names, p.Content.FileName)
		}
		return names
	}
	want := []string{"sent.txt", "new-small.txt", "future.txt", "new-large.txt", "old-small.txt", "old-large.txt", "older-than-time.txt"}
	if got := order(); !slices.Equal(got, want) {
		t.Errorf("read in the order %q, want %q", got, want)
	}
	old := must(f.Content(f.ctx, must(f.File(f.ctx, f.folder.ID, "old-small.txt"))(t).ContentID))(t)
	edited := revise(newFile("old-small.txt", "edited"), old)
	edited.Stat.ModTime = day(0)
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{edited}))
	if got := order()[1]; got != "old-small.txt" {
		t.Errorf("an old file that was edited today comes after %s", got)
	}
	for _, step := range plan(t, f.Store, "SELECT c.key FROM content c INDEXED BY content_waiting WHERE "+waiting+" ORDER BY "+readingOrder+" LIMIT ?2") {
		if strings.Contains(step, "TEMP B-TREE") {
			t.Errorf("the order of reading is sorted for each query: %s", step)
		}
	}
}

func TestWaitingWork(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	pdf := newFile("b.pdf", "bb")
	pdf.Format = "application/pdf"
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "a"), newFile("c.txt", "ccc"), pdf}))
	f.put("done.txt", "done")
	got := fmt.Sprint(must(f.WaitingWork(f.ctx, "v1"))(t))
	if want := "[{application/pdf 1 2} {text/plain 2 4}]"; got != want {
		t.Errorf("what waits is %s, want %s", got, want)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := catalog.IndexingSettings{Pace: catalog.PaceNormal}
	if known := must(f.Setting(f.ctx, "indexing", &s))(t); known || s.Pace != catalog.PaceNormal {
		t.Errorf("known %v, %+v", known, s)
	}
	reserve := int64(5)
	check(t, f.SaveSetting(f.ctx, "indexing", catalog.IndexingSettings{Pace: catalog.PaceFull, ReserveBytes: &reserve}))
	check(t, f.Close())
	f.open()
	if known := must(f.Setting(f.ctx, "indexing", &s))(t); !known || s.Pace != catalog.PaceFull || *s.ReserveBytes != 5 {
		t.Errorf("known %v, %+v", known, s)
	}
}

func (f *fixture) fail(path, why string, permanent bool) catalog.Content {
	f.t.Helper()
	check(f.t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile(path, path)}))
	c := must(f.Content(f.ctx, must(f.File(f.ctx, f.folder.ID, path))(f.t).ContentID))(f.t)
	check(f.t, f.CommitText(f.ctx, []catalog.Extracted{{ContentKey: c.Key, SHA256: c.SHA256, Config: "v1", Failure: why, Permanent: permanent}}))
	return c
}

func TestFailuresByReason(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("fine.txt", "fine")
	for i := range 3 {
		f.fail(fmt.Sprint("locked", i), "Sheaf may not read this file.", false)
	}
	f.fail("bomb.zip", "It unpacks to too much.", true)
	want := `[{Sheaf may not read this file. 3 3} {It unpacks to too much. 1 0}]`
	if got := fmt.Sprint(must(f.FailureGroups(f.ctx, f.folder.ID, 10))(t)); got != want {
		t.Errorf("failures are %s, want %s", got, want)
	}
	if got := must(f.FailureGroups(f.ctx, "another", 10))(t); len(got) != 0 {
		t.Errorf("of another folder: %v", got)
	}
	if n := must(f.RetryAll(f.ctx, catalog.FailureQuery{Reason: "None of them."}))(t); n != 0 {
		t.Errorf("%d are read again", n)
	}
	if n := must(f.RetryAll(f.ctx, catalog.FailureQuery{Folder: f.folder.ID, Reason: "Sheaf may not read this file."}))(t); n != 3 {
		t.Errorf("%d are read again, want 3", n)
	}
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 3 {
		t.Errorf("%d wait", n)
	}
	if n := must(f.RetryAll(f.ctx, catalog.FailureQuery{}))(t); n != 1 {
		t.Errorf("%d more are read again, want 1", n)
	}
	check(t, f.Check(f.ctx))
}

func TestCoverageOfAFolder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("read.txt", "read")
	failed := f.fail("caf\xe9.pdf", "It is malformed.", false)
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("waits.txt", "w"), newFile("now.txt", "n")}))
	now := must(f.Content(f.ctx, must(f.File(f.ctx, f.folder.ID, "now.txt"))(t).ContentID))(t)
	gone := f.put("unwanted.txt", "unwanted")
	check(t, f.DeleteContent(f.ctx, gone.ID))
	report := catalog.ScanReport{
		Seen: 8, SkippedBy: map[catalog.Skip]int{catalog.SkipRule: 2, catalog.SkipLink: 1}, PollAfter: 90 * time.Second,
		Skipped: []catalog.Skipped{{Path: "a.log", Reason: catalog.SkipRule, Detail: "*.log"}, {Path: "b.log", Reason: catalog.SkipRule, Detail: "*.log"},
			{Path: "link", Reason: catalog.SkipLink, Detail: "a symbolic link"}},
		Missed: []catalog.MissedEvent{{Path: "read.txt", Change: "changed", FoundAt: f.time()}},
	}
	check(t, f.SaveScan(f.ctx, f.folder.ID, report))

	c := must(f.Coverage(f.ctx, f.folder.ID))(t)
	got := fmt.Sprint(c.Seen, c.Indexed, c.Waiting, c.Failed, c.Excluded, c.Skipped, c.Missed, c.PollAfter, c.SkippedBy, c.FailedBy)
	if want := "8 1 2 1 1 3 1 90 [{rule *.log 2} {link a symbolic link 1}] [{It is malformed. 1 1}]"; got != want {
		t.Errorf("coverage is %s, want %s", got, want)
	}
	folder := must(f.Folder(f.ctx, f.folder.ID))(t)
	if folder.Seen != 8 || folder.Indexed != 1 || folder.SkippedBy[catalog.SkipRule] != 2 || folder.Missed != 1 {
		t.Errorf("the folder is %+v", folder)
	}

	states := func(q catalog.FileQuery) string {
		t.Helper()
		q.Limit = max(q.Limit, 1)
		q.Reading = []int64{now.Key}
		list, total, err := f.FileStates(f.ctx, q)
		check(t, err)
		said := fmt.Sprint(total, ":")
		for _, e := range list {
			said += " " + e.Path + "=" + string(e.State)
			if e.Reason != "" {
				said += "(" + e.Reason + ")"
			}
		}
		return said
	}
	for want, q := range map[string]catalog.FileQuery{
		"8: a.log=skipped(*.log) b.log=skipped(*.log) caf\uFFFD.pdf=failed(It is malformed.) link=skipped(a symbolic link)" +
			" now.txt=reading read.txt=indexed unwanted.txt=excluded waits.txt=waiting": {Limit: 100},
		"8: caf\uFFFD.pdf=failed(It is malformed.) link=skipped(a symbolic link)": {Limit: 2, Offset: 2, Folder: f.folder.ID},
		"3: a.log=skipped(*.log)":                      {State: catalog.FileSkipped},
		"1: link=skipped(a symbolic link)":             {Skip: catalog.SkipLink},
		"1: caf\uFFFD.pdf=failed(It is malformed.)":    {Reason: "It is malformed."},
		"2: a.log=skipped(*.log) b.log=skipped(*.log)": {Path: ".LOG", Limit: 9},
		"0:":                   {Folder: "another"},
		"1: now.txt=reading":   {State: catalog.FileReading},
		"1: waits.txt=waiting": {State: catalog.FileWaiting},
	} {
		if got := states(q); got != want {
			t.Errorf("%+v\n gives %s\n want  %s", q, got, want)
		}
	}
	list, _, err := f.FileStates(f.ctx, catalog.FileQuery{State: catalog.FileFailed, Limit: 1})
	check(t, err)
	if e := list[0]; e.ContentID != failed.ID || e.RetryAt == nil || e.Modified == nil || e.Size == 0 {
		t.Errorf("the failed file is %+v", e)
	}

	// The next scan finds less; nil says that nothing changed.
	report.Skipped, report.Missed = report.Skipped[1:], nil
	check(t, f.SaveScan(f.ctx, f.folder.ID, report))
	report.Skipped = nil
	check(t, f.SaveScan(f.ctx, f.folder.ID, report))
	if got := states(catalog.FileQuery{State: catalog.FileSkipped, Limit: 9}); got != "2: b.log=skipped(*.log) link=skipped(a symbolic link)" {
		t.Errorf("after the next scan %s", got)
	}
	check(t, f.RemoveFolder(f.ctx, f.folder.ID, false))
	if got := states(catalog.FileQuery{Limit: 9}); got != "0:" {
		t.Errorf("after the folder was removed %s", got)
	}
}

func TestMissedEventsAreListedAndCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 3 {
		missed := make([]catalog.MissedEvent, 600)
		for j := range missed {
			missed[j] = catalog.MissedEvent{Path: fmt.Sprintf("%d-%03d", i, j), Change: "added", FoundAt: f.time()}
		}
		check(t, f.SaveScan(f.ctx, f.folder.ID, catalog.ScanReport{Missed: missed}))
	}
	list, total, err := f.MissedEvents(f.ctx, f.folder.ID, 2, 1)
	check(t, err)
	if folder := must(f.Folder(f.ctx, f.folder.ID))(t); folder.Missed != 1800 || total != missedKept {
		t.Errorf("%d are counted and %d listed", folder.Missed, total)
	}
	if len(list) != 2 || list[0].Path != "2-598" || !list[0].FoundAt.Equal(f.time()) {
		t.Errorf("the latest but one are %+v", list)
	}
}

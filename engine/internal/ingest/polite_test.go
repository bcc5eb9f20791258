//go:build unix

package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
)

// TestStoppedReadingIsAFailure: what a person does not want read is let go, in whichever lane it is, and is read again when
// it changes.
func TestStoppedReadingIsAFailure(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.run()
	f.write("slow.txt", "a document that takes its time")
	f.write("long1.txt", "1")
	f.write("long2.txt", "2")
	f.eventually("one is read, one in the slow lane, one waits for that", func() bool {
		return len(f.line.Reading()) == 2 && f.read("slow.txt") == 1 && f.read("long1.txt") == 1 && f.read("long2.txt") == 1
	})
	for _, name := range []string{"slow.txt", "long1.txt", "long2.txt"} {
		if !f.line.Stop(f.content(name).Key) {
			t.Errorf("%s is not in hand", name)
		}
	}
	for _, name := range []string{"slow.txt", "long1.txt", "long2.txt"} {
		f.eventually(name+" has failed", func() bool { return f.content(name).Status == catalog.StatusFailed })
	}
	f.eventually("nothing is in hand", func() bool { return len(f.line.Reading()) == 0 })
	if f.line.Stop(f.content("slow.txt").Key) {
		t.Error("what is not being read is stopped")
	}
	close(f.slow)
	f.write("slow.txt", "another text")
	f.eventually("its new text is read", f.processed("slow.txt"))
	if got := f.content("long1.txt").Failure; got == "" {
		t.Error("a stopped one was read by itself")
	}
	f.write("next.txt", "the line goes on")
	f.eventually("the line goes on", f.processed("next.txt"))
}

// read is how often a document has been begun.
func (f *fixture) read(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reads[name]
}

// endless replaces extract by a reading in the middle of which the file grows, until rested is closed.
type endless struct {
	rested chan struct{}
	mu     sync.Mutex
	times  []time.Time
}

func (e *endless) extract(f *fixture) ingest.Extract {
	return func(ctx context.Context, file *os.File, want extract.Want) (catalog.Document, string, error) {
		e.mu.Lock()
		e.times = append(e.times, time.Now())
		e.mu.Unlock()
		select {
		case <-e.rested:
		default:
			grown, err := os.OpenFile(filepath.Join(f.folder.Path, want.Name), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return catalog.Document{}, "", err
			}
			defer grown.Close()
			if _, err := io.WriteString(grown, "another line\n"); err != nil {
				return catalog.Document{}, "", err
			}
			if len(e.times)%2 == 0 { // as the child says it
				return catalog.Document{}, "", catalog.Errorf(catalog.Unavailable, "The file changed while it was being read.")
			}
		}
		return f.extract(ctx, file, want)
	}
}

// TestAFileThatChangesWhileItIsReadIsNeverReadHalf: it is no failure, it is tried again after rests that grow, and read when
// it rests.
func TestAFileThatChangesWhileItIsReadIsNeverReadHalf(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	e := &endless{rested: make(chan struct{})}
	f.line.Extract = e.extract(f)
	f.run()
	f.write("program.log", "a line\n")
	tried := func(n int) func() bool {
		return func() bool {
			e.mu.Lock()
			defer e.mu.Unlock()
			return len(e.times) >= n
		}
	}
	f.eventually("it is tried four times", tried(4))
	if c := f.content("program.log"); c.Status != catalog.StatusUploaded && c.Status != catalog.StatusProcessing || c.Failure != "" {
		t.Errorf("while it changes it is %s: %s", c.Status, c.Failure)
	}
	if page, err := f.store.Page(f.ctx, f.content("program.log").ID, 1); err == nil {
		t.Errorf("half of it is stored: %q", page.Text)
	}
	e.mu.Lock()
	first, second := e.times[2].Sub(e.times[1]), e.times[3].Sub(e.times[2])
	e.mu.Unlock()
	if first < time.Second || second < 2*time.Second {
		t.Errorf("it was tried again after %v and then after %v", first, second)
	}
	close(e.rested)
	f.eventually("it is read when it rests", f.processed("program.log"))
	text, err := os.ReadFile(filepath.Join(f.folder.Path, "program.log"))
	if err != nil {
		t.Fatal(err)
	}
	if page, err := f.store.Page(f.ctx, f.content("program.log").ID, 1); err != nil || page.Text != string(text) {
		t.Errorf("stored is %q, want %q: %v", page.Text, text, err)
	}
}

// TestReserveIsKept: while there is too little room nothing is read, taken in or embedded, the line says so, and goes on
// when there is more.
func TestReserveIsKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t, literal{})
	var mu sync.Mutex
	full := true
	f.line.Room = func(int64) error {
		mu.Lock()
		defer mu.Unlock()
		if full {
			return catalog.Errorf(catalog.Unavailable, "Only 5 MB are free.")
		}
		return nil
	}
	f.run()
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		f.write("a.txt", "alpha")
	}()
	f.eventually("the problem is told", func() bool { return f.line.Progress(1, 0, nil).Problem == "Only 5 MB are free." })
	if files := f.known(); files != 0 {
		t.Errorf("%d files were taken in", files)
	}
	mu.Lock()
	full = false
	mu.Unlock()
	<-taken
	f.eventually("it is read once there is room", f.processed("a.txt"))
	f.eventually("the problem is over", func() bool { return f.line.Progress(0, 0, nil).Problem == "" })
}

func (f *fixture) known() (files int) {
	f.t.Helper()
	if err := f.store.Files(f.ctx, f.folder.ID, func(catalog.File) error { files++; return nil }); err != nil {
		f.t.Fatal(err)
	}
	return files
}

// TestGentlePaceReadsOneAfterTheOther, and what a person waits for before all else.
func TestGentlePaceReadsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t, literal{})
	var mu sync.Mutex
	var order []string
	now, most := 0, 0
	free := make(chan struct{}, 100)
	f.line.Extract = func(ctx context.Context, file *os.File, want extract.Want) (catalog.Document, string, error) {
		mu.Lock()
		order = append(order, want.Name)
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() { mu.Lock(); now--; mu.Unlock() }()
		select {
		case <-free:
		case <-ctx.Done():
			return catalog.Document{}, "", ctx.Err()
		}
		return f.extract(ctx, file, want)
	}
	f.line.SetPace(0.5, true)
	for i := range 10 {
		f.write(fmt.Sprintf("%d.txt", i), "text")
	}
	f.run()
	f.eventually("the first is read", func() bool { mu.Lock(); defer mu.Unlock(); return len(order) == 1 })
	f.write("retried.txt", "a text that is longer than the others")
	failed := f.content("retried.txt")
	if err := f.store.CommitText(f.ctx, []catalog.Extracted{{ContentKey: failed.Key, SHA256: failed.SHA256, Config: config, Failure: "It failed.", Permanent: true}}); err != nil {
		t.Fatal(err)
	}
	if err := f.store.Retry(f.ctx, failed.ID); err != nil {
		t.Fatal(err)
	}
	f.line.Wake()
	for range 11 {
		free <- struct{}{}
	}
	f.eventually("all are read", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(order) == 11 && now == 0
	})
	mu.Lock()
	defer mu.Unlock()
	if most != 1 || order[2] != "retried.txt" && order[1] != "retried.txt" {
		t.Errorf("%d were read at once, in the order %q", most, order)
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip("there are no named pipes here")
	}
	// Opening a pipe for reading without waiting succeeds, and a writer would see it.
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, link, dir, os.DevNull} {
		if f, err := ingest.OpenRegular(path); catalog.CodeOf(err) != catalog.Unsupported {
			f.Close()
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := ingest.OpenRegular(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

// TestPDFsWaitForTheirReader: until the reader is ready only the slow lane reads a PDF, and texts are read meanwhile.
func TestPDFsWaitForTheirReader(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	prepared := make(chan struct{})
	f.line.Prepared = prepared
	f.run()
	f.write("a.pdf", "the first") // waits in the slow lane: ExtractSlow of the fixture waits for f.slow
	f.eventually("it is in the slow lane", func() bool { _, reading := f.line.Reading()[f.content("a.pdf").Key]; return reading })
	for i := range 3 {
		f.write(fmt.Sprintf("%d.pdf", i), "another")
	}
	f.write("note.txt", "a text")
	f.eventually("the text is read", f.processed("note.txt"))
	if n := f.read("0.pdf") + f.read("1.pdf") + f.read("2.pdf"); n != 0 {
		t.Errorf("%d were read before the reader was ready", n)
	}
	close(prepared)
	for i := range 3 {
		f.eventually("the others are read", f.processed(fmt.Sprintf("%d.pdf", i)))
	}
	close(f.slow)
	f.eventually("the first is read", f.processed("a.pdf"))
}

package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/classify"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
	"github.com/sheafdocs/sheaf/engine/internal/store"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

const (
	config      = "test/1"
	fingerprint = "model-1"
)

// fixture is a line over a real store and a real folder; reading and embedding are the test's.
type fixture struct {
	t      *testing.T
	ctx    context.Context
	store  *store.Store
	folder catalog.Folder
	line   *ingest.Line

	mu     sync.Mutex
	slow   chan struct{} // while open, documents named slow* are not finished
	reads  map[string]int
	vector map[int64][]float32
}

func newFixture(t *testing.T, embedder ingest.Embedder) *fixture {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	local, err := s.LocalOwner(ctx)
	if err != nil {
		t.Fatal(err)
	}
	workspaces, err := s.Workspaces(ctx, local.UserID)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := s.AddFolder(ctx, catalog.Folder{
		WorkspaceID: workspaces[0].ID, Path: t.TempDir(), State: catalog.FolderWatching, AddedBy: local.UserID,
	})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, ctx: ctx, store: s, folder: folder, slow: make(chan struct{}), reads: map[string]int{}, vector: map[int64][]float32{}}
	f.line = ingest.New(ingest.Options{
		Store: s, Extract: f.extract, ExtractSlow: f.extractSlow, Config: config, Split: split, Sketch: classify.SketchOf, Embedder: embedder, Vectors: f, Readers: 4,
		Changed: func(string, string) {}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	return f
}

// extract reads plain text, in this process. A document may misbehave by its name.
func (f *fixture) extract(ctx context.Context, file *os.File, want extract.Want) (catalog.Document, string, error) {
	name := want.Name
	bytes, err := io.ReadAll(file)
	if err != nil {
		return catalog.Document{}, "", err
	}
	f.mu.Lock()
	f.reads[name]++
	f.mu.Unlock()
	sum := sha256.Sum256(bytes)
	hash := hex.EncodeToString(sum[:])
	switch {
	case strings.HasPrefix(name, "broken"):
		return catalog.Document{}, hash, catalog.Errorf(catalog.Unsupported, "This document is broken.")
	case strings.HasPrefix(name, "long"):
		return catalog.Document{}, "", extract.ErrSlow
	case strings.HasPrefix(name, "slow"):
		select {
		case <-f.slow:
		case <-ctx.Done():
			return catalog.Document{}, "", ctx.Err()
		}
	}
	return catalog.Document{Format: "text/plain", Pages: []catalog.Page{{Number: 1, Text: string(bytes)}}}, hash, nil
}

// extractSlow reads what extract would not.
func (f *fixture) extractSlow(ctx context.Context, file *os.File, want extract.Want) (catalog.Document, string, error) {
	select {
	case <-f.slow:
	case <-ctx.Done():
		return catalog.Document{}, "", ctx.Err()
	}
	return f.extract(ctx, file, extract.Want{Name: strings.TrimPrefix(want.Name, "long"), Size: want.Size})
}

func split(d catalog.Document) []catalog.Passage {
	text := d.Pages[0].Text
	return []catalog.Passage{{Page: 1, Span: catalog.Span{End: len([]rune(text))}, Text: text}}
}

// Add makes the fixture the index.
func (f *fixture) Add(_ context.Context, list []catalog.VectorOf) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range list {
		f.vector[v.PassageID] = v.Vector
	}
	return nil
}

// run starts the line; the test's end stops it.
func (f *fixture) run() {
	ctx, stop := context.WithCancel(f.ctx)
	done := make(chan error, 1)
	go func() { done <- f.line.Run(ctx) }()
	f.t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			f.t.Errorf("run: %v", err)
		}
	})
}

// write writes a file and captures it.
func (f *fixture) write(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.folder.Path, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	f.capture(name)
}

func (f *fixture) capture(name string) {
	f.t.Helper()
	stat, err := watch.StatNow(filepath.Join(f.folder.Path, name))
	if err != nil {
		f.t.Fatal(err)
	}
	stat.Path = name
	if err := f.line.Capture(f.ctx, f.folder, []catalog.FileStat{stat}); err != nil {
		f.t.Fatal(err)
	}
}

// content returns what the store knows of a file.
func (f *fixture) content(name string) catalog.Content {
	f.t.Helper()
	file, err := f.store.File(f.ctx, f.folder.ID, name)
	if err != nil {
		f.t.Fatal(err)
	}
	c, err := f.store.Content(f.ctx, file.ContentID)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) eventually(what string, holds func() bool) {
	f.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			f.t.Fatalf("in vain: %s", what)
		}
	}
}

func (f *fixture) processed(name string) func() bool {
	return func() bool { return f.content(name).Status == catalog.StatusProcessed }
}

func TestSlowDocumentDelaysOnlyItself(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.run()
	f.write("slow.txt", "a document that takes its time")
	f.eventually("the slow one is being read", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.reads["slow.txt"] == 1
	})
	f.write("quick.txt", "a quick one")
	f.eventually("its neighbour is read meanwhile", f.processed("quick.txt"))
	if status := f.content("slow.txt").Status; status == catalog.StatusProcessed {
		t.Errorf("the slow one is %s", status)
	}
	close(f.slow)
	f.eventually("the slow one is read too", f.processed("slow.txt"))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reads["slow.txt"] != 1 {
		t.Errorf("the slow one was read %d times", f.reads["slow.txt"])
	}
}

// TestReadingIsTold holds that a content is told as being read from a reader's first look until its text is committed, and
// not while it waits: for its turn, or for the slow lane.
func TestReadingIsTold(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.line.Pause()
	f.run()
	f.write("slow.txt", "a document that takes its time")
	f.write("long1.txt", "1")
	f.write("long2.txt", "2")
	if reading := f.line.Reading(); len(reading) != 0 {
		t.Errorf("while paused %v are being read", reading)
	}
	began := time.Now()
	f.line.Resume()
	slow := f.content("slow.txt").Key
	f.eventually("one of the long ones is read after the other", func() bool {
		reading := f.line.Reading()
		since, there := reading[slow]
		_, first := reading[f.content("long1.txt").Key]
		_, second := reading[f.content("long2.txt").Key]
		return there && !since.Before(began) && first != second
	})
	close(f.slow)
	f.eventually("all are read", func() bool {
		return f.processed("slow.txt")() && f.processed("long1.txt")() && f.processed("long2.txt")()
	})
	f.eventually("nothing is being read", func() bool { return len(f.line.Reading()) == 0 })
}

// TestSlowLane gives the line many more slow documents than it has readers: their neighbours must not wait for them.
func TestSlowLane(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for i := range 20 {
		f.write(fmt.Sprintf("long%d.txt", i), strings.Repeat("x", i))
	}
	f.run()
	f.write("quick.txt", "a quick one, larger than the slow ones and so behind them")
	f.eventually("its neighbour is read meanwhile", f.processed("quick.txt"))
	close(f.slow)
	for i := range 20 {
		f.eventually("the slow ones are read too", f.processed(fmt.Sprintf("long%d.txt", i)))
	}
}

func TestFailureStaysOnItsDocument(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.run()
	f.write("broken.txt", "x")
	f.write("fine.txt", "y")
	f.eventually("the fine one is read", f.processed("fine.txt"))
	f.eventually("the broken one has failed", func() bool { return f.content("broken.txt").Status == catalog.StatusFailed })
	if got := f.content("broken.txt").Failure; got != "This document is broken." {
		t.Errorf("failure = %q", got)
	}
}

func TestBytesThatMovedOnAreCapturedAnew(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.write("note.txt", "the first text")
	id := f.content("note.txt").ID
	if err := os.WriteFile(filepath.Join(f.folder.Path, "note.txt"), []byte("the second, longer text"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.run() // reads bytes that nobody has captured
	f.eventually("the new text is stored", func() bool {
		page, err := f.store.Page(f.ctx, id, 1)
		return err == nil && page.Text == "the second, longer text"
	})
	sum := sha256.Sum256([]byte("the second, longer text"))
	if got := f.content("note.txt"); got.SHA256 != hex.EncodeToString(sum[:]) || got.ID != id {
		t.Errorf("content = %+v", got)
	}
}

func TestPauseHoldsAndResumeGoesOn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.line.Pause()
	f.run()
	f.write("note.txt", "waiting")
	if p := f.line.Progress(1, 0, nil); p.Phase != "paused" || p.Total != 1 {
		t.Errorf("progress = %+v", p)
	}
	if status := f.content("note.txt").Status; status != catalog.StatusUploaded {
		t.Errorf("while paused it is %s", status)
	}
	f.line.Resume()
	f.eventually("it is read after resuming", f.processed("note.txt"))
}

// literal embeds a text by its first letter; one that starts with "?" holds nothing to embed.
type literal struct{}

func (literal) Fingerprint() string { return fingerprint }

func (literal) EmbedPassages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if strings.HasPrefix(text, "?") {
			return nil, catalog.Errorf(catalog.Invalid, "Passage %d holds nothing to embed.", i)
		}
		vectors[i] = []float32{float32(text[0]), 1}
	}
	return vectors, ctx.Err()
}

func TestPassageWithoutMeaningHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t, literal{})
	f.write("a.txt", "alpha")
	f.write("empty.txt", "? nothing")
	f.write("b.txt", "beta")
	f.run()
	f.eventually("nothing waits for its vector", func() bool {
		counts, err := f.store.StatusCounts(f.ctx, config, fingerprint)
		return err == nil && counts.Documents.Pending == 0 && counts.Passages == 3 && counts.Vectors.Pending == 0
	})
	loaded := 0
	err := f.store.EachVector(f.ctx, fingerprint, func(int64, int64, []byte) error { loaded++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if loaded != 2 || len(f.vector) != 2 {
		t.Errorf("%d vectors are stored and %d indexed, want 2 and 2", loaded, len(f.vector))
	}
}

// fullDisk is a store whose disk is full for the first texts.
type fullDisk struct {
	*store.Store
	mu    sync.Mutex
	fails int
}

func (s *fullDisk) CommitText(ctx context.Context, list []catalog.Extracted) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails > 0 {
		s.fails--
		return catalog.Errorf(catalog.Unavailable, "The disk is full.")
	}
	return s.Store.CommitText(ctx, list)
}

func TestFullDiskIsWaitedOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.line.Store = &fullDisk{Store: f.store, fails: 1}
	f.run()
	f.write("note.txt", "written to a full disk")
	f.eventually("the problem is told", func() bool { return f.line.Progress(1, 0, nil).Problem == "The disk is full." })
	f.eventually("the text is stored once there is room", f.processed("note.txt"))
	f.eventually("the problem is over", func() bool { return f.line.Progress(0, 0, nil).Problem == "" })
}

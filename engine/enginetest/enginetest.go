// Package enginetest opens real engines on temporary folders for tests: real SQLite, real files, real extraction
// children, and the built-in model where it has been fetched.
package enginetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// patience bounds every wait of a test; nothing waits that long when it works.
const patience = 2 * time.Minute

// Main runs a package's tests. It belongs in TestMain of every package that opens engines: their extraction children
// are this same test binary.
func Main(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.ExtractChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// Root returns the root of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Assets returns where the built-in model and libraries lie: SHEAF_MODELS, else build/bin. A test that needs them is
// skipped when they have not been fetched.
func Assets(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("SHEAF_MODELS")
	if dir == "" {
		dir = filepath.Join(Root(), "build", "bin")
	}
	if _, err := os.Stat(filepath.Join(dir, "lib")); err != nil {
		t.Skip("the model and libraries are not in build/bin: run `make setup`")
	}
	return dir
}

// TestData returns a folder of the shared test data and skips the test where there is none.
func TestData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SHEAF_TESTDATA")
	if dir == "" {
		dir = filepath.Join(Root(), "..", "shared", "data")
	}
	dir = filepath.Join(dir, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is absent: set SHEAF_TESTDATA to the folder with the test data", name)
	}
	return dir
}

// Engine is a running engine of a test.
type Engine struct {
	*engine.Engine
	t    testing.TB
	stop context.CancelFunc
	done chan error
}

// Start opens an engine on o.DataDir (a new temporary folder when empty) and runs it until the test ends. Its pace is
// steady, whatever else the machine does, unless o.Root says what machine it is to see.
func Start(t testing.TB, o engine.Options) *Engine {
	t.Helper()
	o.Steady = o.Root == ""
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	opened, err := engine.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open engine: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	e := &Engine{Engine: opened, t: t, stop: stop, done: make(chan error, 1)}
	go func() { e.done <- opened.Run(ctx) }()
	t.Cleanup(e.Stop)
	return e
}

// Stop ends the engine as a shutdown would; stopping twice does nothing.
func (e *Engine) Stop() {
	e.t.Helper()
	if e.stop == nil {
		return
	}
	e.stop()
	e.stop = nil
	if err := errors.Join(<-e.done, e.Close()); err != nil {
		e.t.Errorf("stop engine: %v", err)
	}
}

// Owner returns a context of the local owner that ends with the test's patience.
func (e *Engine) Owner() context.Context {
	ctx, cancel := context.WithTimeout(catalog.WithActor(context.Background(), e.LocalOwner()), patience)
	e.t.Cleanup(cancel)
	return ctx
}

// Watch adds a folder and waits until all of it can be found.
func (e *Engine) Watch(path string) catalog.Folder {
	e.t.Helper()
	folder, _, err := e.AddFolder(e.Owner(), engine.FolderSpec{Path: path, Consent: true})
	if err != nil {
		e.t.Fatalf("watch %s: %v", path, err)
	}
	e.Settle()
	return folder
}

// Settle waits until nothing is pending.
func (e *Engine) Settle() {
	e.t.Helper()
	if err := e.Wait(e.Owner()); err != nil {
		e.t.Fatalf("wait: %v", err)
	}
}

// Find returns the hits of a query.
func (e *Engine) Find(text string) []catalog.Hit {
	e.t.Helper()
	result, err := e.Search(e.Owner(), catalog.SearchRequest{Query: text})
	if err != nil {
		e.t.Fatalf("search %q: %v", text, err)
	}
	return result.Hits
}

// WriteFiles writes files, named relative to dir, with their folders.
func WriteFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Eventually waits until holds is true, looking again at every event of the engine.
func (e *Engine) Eventually(what string, holds func() bool) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			e.t.Fatalf("in vain: %s", what)
		}
	}
}

// FolderState returns the state of a watched folder.
func (e *Engine) FolderState(id string) catalog.FolderState {
	e.t.Helper()
	folders, err := e.Folders(e.Owner())
	if err != nil {
		e.t.Fatal(err)
	}
	for _, f := range folders {
		if f.ID == id {
			return f.State
		}
	}
	return ""
}

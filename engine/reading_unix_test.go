//go:build unix

package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// held is a running engine whose extraction waits until release is called.
func held(t *testing.T, o engine.Options) (e *enginetest.Engine, release func()) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	o.NoModel, o.Child = true, []string{os.Args[0], heldCommand, pipe}
	return enginetest.Start(t, o), func() {
		t.Helper()
		writer, err := os.OpenFile(pipe, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { writer.Close() })
	}
}

func TestStatusIsTrueAtEveryMoment(t *testing.T) {
	t.Parallel()
	e, release := held(t, engine.Options{})
	workspace, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.CreateSession(e.Owner(), workspace.ID, "Invoices")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.PauseAll(e.Owner()); err != nil {
		t.Fatal(err)
	}
	content, err := e.Import(e.Owner(), "", "invoice.txt", strings.NewReader("Total 7"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Attach(e.Owner(), session.ID, []string{content.ID}); err != nil {
		t.Fatal(err)
	}
	is := func(status catalog.ContentStatus, parsing catalog.ParsingStatus) bool {
		t.Helper()
		one, err := e.Content(e.Owner(), content.ID)
		if err != nil {
			t.Fatal(err)
		}
		attached, _, err := e.SessionDocuments(e.Owner(), session.ID, 10, 0)
		if err != nil || len(attached) != 1 || len(attached[0].Parsings) != 1 {
			t.Fatalf("attached %+v, %v", attached, err)
		}
		_, n, err := e.Contents(e.Owner(), engine.ContentQuery{Status: status})
		if err != nil {
			t.Fatal(err)
		}
		return one.Status == status && attached[0].Content.Status == status && attached[0].Parsings[0].Status == parsing && n == 1
	}
	if !is(catalog.StatusUploaded, catalog.ParsingQueued) {
		t.Error("a document that waits is not told as one")
	}
	if err := e.ResumeAll(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Eventually("it is being read", func() bool { return is(catalog.StatusProcessing, catalog.ParsingProcessing) })
	release()
	e.Eventually("it is read", func() bool { return is(catalog.StatusProcessed, catalog.ParsingProcessed) })
}

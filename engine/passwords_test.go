package engine_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// sealed is a folder with two documents that need a password.
func sealed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"sealed.pdf", "sealed.docx"} {
		data, err := os.ReadFile(filepath.Join(enginetest.Root(), "engine", "internal", "extract", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func byName(t *testing.T, e *enginetest.Engine, name string) catalog.Content {
	t.Helper()
	list, _, err := e.Contents(e.Owner(), engine.ContentQuery{Name: name})
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: %v, %v", name, list, err)
	}
	return list[0]
}

func TestPasswordsOfDocuments(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	e := enginetest.Start(t, engine.Options{DataDir: data, NoModel: true, Assets: enginetest.Assets(t)})
	e.Watch(sealed(t))
	for _, name := range []string{"sealed.pdf", "sealed.docx"} {
		if c := byName(t, e, name); c.Status != catalog.StatusFailed || !c.NeedsPassword || c.Failure != "This document needs a password." {
			t.Errorf("%s: %s %v %q", name, c.Status, c.NeedsPassword, c.Failure)
		}
	}
	status, err := e.Status(e.Owner())
	if err != nil || len(status.Documents.Failures) != 2 || !status.Documents.Failures[0].NeedsPassword {
		t.Errorf("%+v, %v", status.Documents, err)
	}
	pdf, docx := byName(t, e, "sealed.pdf"), byName(t, e, "sealed.docx")

	if _, err := e.GivePassword(e.Owner(), pdf.ID, "not it", false); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if c := byName(t, e, "sealed.pdf"); c.Status != catalog.StatusFailed || c.Failure != "This document needs a password, and none of those that were given opens it." {
		t.Errorf("with a wrong one: %s %q", c.Status, c.Failure)
	}
	if _, err := e.Derivative(e.Owner(), pdf.ID, engine.DerivativeSpec{Page: 1}); catalog.CodeOf(err) != catalog.Locked {
		t.Errorf("a picture of it: %v", err)
	}
	if _, err := e.GivePassword(e.Owner(), pdf.ID, "tide", false); err != nil {
		t.Fatal(err)
	}
	if _, err := e.GivePassword(e.Owner(), "", "springtide é", true); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	for _, name := range []string{"sealed.pdf", "sealed.docx"} {
		if c := byName(t, e, name); c.Status != catalog.StatusProcessed || c.NeedsPassword {
			t.Errorf("%s: %s %q", name, c.Status, c.Failure)
		}
	}
	if _, err := e.Derivative(e.Owner(), pdf.ID, engine.DerivativeSpec{Page: 1}); err != nil {
		t.Errorf("a picture of it: %v", err)
	}
	if _, err := e.GivePassword(e.Owner(), docx.ID, "springtide é", false); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("for one that needs none: %v", err)
	}
	given, err := e.Passwords(e.Owner())
	if err != nil || len(given) != 2 || given[0].ContentID != pdf.ID || given[0].Kept || given[1].ContentID != "" || !given[1].Kept {
		t.Fatalf("%+v, %v", given, err)
	}
	e.Stop()
	if !holds(t, data, "springtide é") || holds(t, data, "not it") {
		t.Error("what is kept must be on disk, and nothing else")
	}

	// The next start: the one that was kept opens its document again, the other is gone.
	e = enginetest.Start(t, engine.Options{DataDir: data, NoModel: true, Assets: enginetest.Assets(t)})
	if err := e.Reindex(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if c := byName(t, e, "sealed.docx"); c.Status != catalog.StatusProcessed {
		t.Errorf("kept: %s %q", c.Status, c.Failure)
	}
	if c := byName(t, e, "sealed.pdf"); c.Status != catalog.StatusFailed || !c.NeedsPassword {
		t.Errorf("not kept: %s %q", c.Status, c.Failure)
	}
	if err := e.ForgetPassword(e.Owner(), given[1].ID); err != nil {
		t.Error(err)
	}
	if err := e.ForgetPassword(e.Owner(), given[1].ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("forgotten twice: %v", err)
	}
	if c := byName(t, e, "sealed.docx"); c.Status != catalog.StatusProcessed {
		t.Error("what was read goes with the password")
	}
}

func TestWhatCanBeNoPassword(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t, engine.Options{NoModel: true})
	for _, secret := range []string{"", "a\x00b", "\xff", string(bytes.Repeat([]byte("x"), 513))} {
		if _, err := e.GivePassword(e.Owner(), "", secret, true); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", secret[:min(len(secret), 9)], err)
		}
	}
	if _, err := e.GivePassword(e.Owner(), "no such document", "x", false); catalog.CodeOf(err) != catalog.NotFound {
		t.Error(err)
	}
	if _, err := e.GivePassword(t.Context(), "", "x", false); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Error(err)
	}
	if list, err := e.Passwords(e.Owner()); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// holds reports whether any file under dir holds the text.
func holds(t *testing.T, dir, text string) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

package engine_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestRefusedUploadsLeaveTheBytesOfOthers(t *testing.T) {
	t.Parallel()
	e := start(t)
	workspace, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"a few words", strings.Repeat("many words ", 20_000)} {
		kept, err := e.Import(e.Owner(), "", "kept.txt", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range []engine.ContentSpec{{FileName: ""}, {FileName: "a.txt", CategoryID: catalog.DerivedID("none")}, {FileName: "a.txt", FileFormat: "no format"},
			{FileName: "a.txt", Metadata: map[string]any{"": 1.0}}} {
			upload, err := e.Receive(e.Owner(), workspace.ID, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.CreateContent(e.Owner(), workspace.ID, spec, upload); catalog.CodeOf(err) != catalog.Invalid {
				t.Errorf("%+v: %v", spec, err)
			}
		}
		bytes, _, err := e.Original(e.Owner(), kept.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(bytes); err != nil || string(got) != text {
			t.Errorf("%d of %d bytes are left, %v", len(got), len(text), err)
		}
		bytes.Close()
	}
}

func TestUploadsThatBreakOff(t *testing.T) {
	t.Parallel()
	e := start(t)
	cut := errors.New("cut")
	for _, size := range []int{10, 1 << 20} {
		r := io.MultiReader(strings.NewReader(strings.Repeat("x", size)), iotest.ErrReader(cut))
		if _, err := e.Import(e.Owner(), "", "a.txt", r); !errors.Is(err, cut) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if _, total, err := e.Contents(e.Owner(), engine.ContentQuery{}); err != nil || total != 0 {
		t.Errorf("%d contents, %v", total, err)
	}
	stranger := catalog.WithActor(t.Context(), catalog.Actor{Kind: catalog.ActorUser, UserID: "nobody"})
	workspace, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Receive(stranger, workspace.ID, iotest.ErrReader(errors.New("it was read"))); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a stranger: %v", err)
	}
}

package engine

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestTrashIsKeptForThirtyDays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	e, err := Open(t.Context(), Options{DataDir: t.TempDir(), NoModel: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx := catalog.WithActor(t.Context(), e.LocalOwner())
	large := strings.Repeat("A page about quinces. ", 10_000) // over 64 KiB: a file among the blobs
	kept, err := e.Import(ctx, "", "kept.txt", strings.NewReader(large))
	if err != nil {
		t.Fatal(err)
	}
	gone, err := e.Import(ctx, "", "gone.txt", strings.NewReader(large+"Another."))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{kept.ID, gone.ID} {
		if err := e.DeleteContent(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(trashKept - time.Hour)
	if err := errors.Join(e.emptyTrash(ctx), e.RestoreContent(ctx, kept.ID)); err != nil {
		t.Fatalf("after 29 days: %v", err)
	}
	now = now.Add(2 * time.Hour)
	if err := e.emptyTrash(ctx); err != nil {
		t.Fatal(err)
	}
	if err := e.RestoreContent(ctx, gone.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("after 30 days: %v", err)
	}
	if _, err := e.blobs.Open(ctx, gone.SHA256); err == nil {
		t.Error("the bytes of a removed upload are still there")
	}
	bytes, _, err := e.Original(ctx, kept.ID)
	if err != nil {
		t.Fatalf("what was restored in time: %v", err)
	}
	if err := bytes.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

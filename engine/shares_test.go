package engine

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hands is a clock that a test moves.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// shelf is an engine with one uploaded document; ctx is the local owner's.
func shelf(t *testing.T) (e *Engine, clock *hands, ctx context.Context, document catalog.Content) {
	t.Helper()
	clock = &hands{now: time.Date(2026, 3, 1, 12, 0, 0, 500_000_000, time.UTC)}
	e, err := Open(t.Context(), Options{DataDir: t.TempDir(), NoModel: true, Now: clock.time})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx = catalog.WithActor(t.Context(), e.LocalOwner())
	if document, err = e.Import(ctx, "", "quinces.txt", strings.NewReader(strings.Repeat("A page about quinces. ", 10_000))); err != nil {
		t.Fatal(err)
	}
	return e, clock, ctx, document
}

// shareOf makes one link.
func shareOf(t *testing.T, e *Engine, ctx context.Context, id string, life time.Duration) catalog.Share {
	t.Helper()
	list, err := e.CreateShares(ctx, []string{id}, life)
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// servedBy is the code with which a link answers without any actor; "" is success.
func servedBy(t *testing.T, e *Engine, s catalog.Share) catalog.Code {
	t.Helper()
	bytes, _, err := e.OpenShare(t.Context(), s.ID, s.Token)
	if err == nil {
		bytes.Close()
	}
	return catalog.CodeOf(err)
}

func TestALinkOpensItsDocumentUntilItExpires(t *testing.T) {
	t.Parallel()
	e, clock, ctx, c := shelf(t)
	s := shareOf(t, e, ctx, c.ID, time.Second)
	bytes, content, err := e.OpenShare(t.Context(), s.ID, s.Token)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(bytes)
	if err != nil || int64(len(text)) != c.Size || content.ID != c.ID {
		t.Errorf("%d bytes of %s, %v", len(text), content.ID, err)
	}
	bytes.Close()
	clock.wait(999 * time.Millisecond)
	if code := servedBy(t, e, s); code != "" {
		t.Errorf("within its second: %s", code)
	}
	clock.wait(time.Millisecond)
	if code := servedBy(t, e, s); code != catalog.Gone {
		t.Errorf("after its second: %q", code)
	}
	clock.wait(sharesKept)
	if err := e.purgeShares(ctx); err != nil || servedBy(t, e, s) != catalog.Gone {
		t.Errorf("thirty days later: %q, %v", servedBy(t, e, s), err)
	}
	clock.wait(time.Millisecond)
	if err := e.purgeShares(ctx); err != nil || servedBy(t, e, s) != catalog.NotFound {
		t.Errorf("after thirty days: %q, %v", servedBy(t, e, s), err)
	}
}

func TestALinkEndsWithWhatItStandsOn(t *testing.T) {
	t.Parallel()
	e, _, ctx, c := shelf(t)
	revoked := shareOf(t, e, ctx, c.ID, time.Hour)
	if n, err := e.RevokeShares(ctx, c.ID); n != 1 || err != nil {
		t.Fatalf("%d links ended, %v", n, err)
	}
	if code := servedBy(t, e, revoked); code != catalog.Gone {
		t.Errorf("revoked: %q", code)
	}
	live := shareOf(t, e, ctx, c.ID, time.Hour)
	if err := e.DeleteContent(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if code := servedBy(t, e, live); code != catalog.NotFound {
		t.Errorf("in the trash: %q", code)
	}
	if err := e.RestoreContent(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if code := servedBy(t, e, live); code != "" {
		t.Errorf("restored: %q", code)
	}
	if err := os.RemoveAll(filepath.Join(e.options.DataDir, "blobs", c.SHA256[:2])); err != nil {
		t.Fatal(err)
	}
	if code := servedBy(t, e, live); code != catalog.Unavailable {
		t.Errorf("without its bytes: %q", code)
	}
}

func TestLinksAreMadeByThoseWhoMayRead(t *testing.T) {
	t.Parallel()
	e, _, ctx, c := shelf(t)
	stranger := catalog.WithActor(t.Context(), catalog.Actor{Kind: catalog.ActorUser, UserID: "nobody", Abilities: []string{"*"}})
	for _, test := range []struct {
		what string
		ctx  context.Context
		id   string
		life time.Duration
		want catalog.Code
	}{
		{"nobody", t.Context(), c.ID, time.Hour, catalog.Unauthenticated},
		{"a stranger", stranger, c.ID, time.Hour, catalog.NotFound},
		{"an unknown document", ctx, "x", time.Hour, catalog.NotFound},
		{"no time at all", ctx, c.ID, 0, catalog.Invalid},
		{"under a second", ctx, c.ID, time.Second - 1, catalog.Invalid},
		{"over a week", ctx, c.ID, catalog.ShareLifeMost + 1, catalog.Invalid},
		{"a week", ctx, c.ID, catalog.ShareLifeMost, ""},
	} {
		if _, err := e.CreateShares(test.ctx, []string{test.id}, test.life); catalog.CodeOf(err) != test.want {
			t.Errorf("%s: %v", test.what, err)
		}
	}
	if _, err := e.RevokeShares(stranger, c.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a stranger ends links: %v", err)
	}
}

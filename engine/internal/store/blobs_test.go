package store

import (
	"strings"
	"testing"
	"time"
)

func TestBytesKnown(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	file, upload := f.put("a.txt", "alpha"), f.upload("b.txt", "", nil)
	holds := func(hash string, want bool) {
		t.Helper()
		if got := must(f.BytesKnown(f.ctx, hash))(t); got != want {
			t.Errorf("%s is known: %t, want %t", hash, got, want)
		}
	}
	holds(file.SHA256, true)
	for query := range f.readStmts {
		if strings.Contains(query, "f.excluded = 0") {
			scans(t, query, plan(t, f.Store, query), "SCAN k", "SCAN CONSTANT ROW")
		}
	}
	holds(upload.SHA256, true)
	holds(hashOf("nobody's"), false)
	holds("", false)
	check(t, f.DeleteContent(f.ctx, file.ID))
	check(t, f.DeleteContent(f.ctx, upload.ID))
	holds(file.SHA256, false) // restored, its pictures are made again
	holds(upload.SHA256, true)
	must(f.EmptyTrash(f.ctx, time.Now().Add(time.Hour)))(t)
	holds(upload.SHA256, false)
}

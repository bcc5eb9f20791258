package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// mayScan lists what statements on the hot paths may read from end to end: tables with a handful of rows, and indexes
// that hold nothing but what is asked for.
var mayScan = []string{
	"SCAN w", "SCAN workspace", "SCAN y", "SCAN tally", "SCAN device", "SCAN s", // few rows
	"USING INDEX content_failed", "USING COVERING INDEX content_failed", "USING INDEX content_trash", "USING COVERING INDEX content_trash",
	"USING COVERING INDEX content_waiting", "USING INDEX content_waiting",
	"VIRTUAL TABLE", "SCAN CONSTANT ROW", "SCAN k", "SCAN f USING INDEX sqlite_autoindex_folder",
	"SCAN passage USING COVERING INDEX", // the count of all passages walks the pages of an index, not its rows
	"SCAN (subquery",
}

// TestHotStatementsScanNothing runs the hot paths and then asks SQLite how it ran every statement that was prepared.
func TestHotStatementsScanNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	cold := slices.Collect(maps.Keys(f.prepared)) // opening, making workspaces and folders
	check(t, f.useConfig(f.ctx, "v1"))            // once a configuration
	must(f.CommitVectors(f.ctx, "m", nil))(t)     // once a model
	cold = slices.AppendSeq(cold, maps.Keys(f.prepared))
	c := f.put("a.txt", "alpha", "beta")
	revised := newFile("a.txt", "gamma")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revised}))
	f.put("b.txt", "delta")
	must(f.FilesByHash(f.ctx, f.folder.ID, []string{c.SHA256}))(t)
	must(f.FilesByInode(f.ctx, f.folder.ID, []uint64{7}))(t)
	must(f.FilesAt(f.ctx, f.folder.ID, []string{"a.txt"}))(t)
	if _, _, err := f.PendingText(f.ctx, "v1", 10); err != nil {
		t.Fatal(err)
	}
	pending := must(f.PendingVectors(f.ctx, "m", 10))(t)
	must(f.CommitVectors(f.ctx, "m", []catalog.VectorOf{{PassageID: pending[0].ID, Vector: []float32{1}}}))(t)
	must(f.StatusCounts(f.ctx, "v1", "m"))(t)
	must(f.TextPending(f.ctx, "v1"))(t)
	must(f.Text(f.ctx, c.Key, 1, catalog.Span{Start: 0, End: 2}))(t)
	must(f.FilesGone(f.ctx, f.folder.ID, []string{"b.txt"}))(t)
	check(t, f.DeleteContent(f.ctx, c.ID))
	check(t, f.RestoreContent(f.ctx, c.ID))

	queries := slices.Concat(slices.Collect(maps.Keys(f.prepared)), slices.Collect(maps.Keys(f.readStmts)))
	for _, query := range queries {
		if slices.Contains(cold, query) || strings.HasPrefix(query, "BEGIN") || strings.HasPrefix(query, "COMMIT") || strings.HasPrefix(query, "ROLLBACK") {
			continue
		}
		for _, step := range plan(t, f.Store, query) {
			if strings.HasPrefix(step, "SCAN") && !slices.ContainsFunc(mayScan, func(allowed string) bool { return strings.Contains(step, allowed) }) {
				t.Errorf("%s\n\treads all of something: %s", query, step)
			}
			if strings.Contains(step, "AUTOMATIC") {
				t.Errorf("%s\n\tbuilds an index for itself: %s", query, step)
			}
		}
	}
}

// plan returns the lines of EXPLAIN QUERY PLAN.
func plan(t *testing.T, s *Store, query string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	if strings.Contains(query, "?1") { // numbered: as many as the greatest number
		n := 1
		for strings.Contains(query, "?"+string(rune('0'+n+1))) {
			n++
		}
		args = args[:n]
	}
	rows, err := s.readers.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	err = forEach(rows, err, func(row scanner) error {
		var a, b, c int
		var step string
		err := row.Scan(&a, &b, &c, &step)
		steps = append(steps, step)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if testing.Verbose() {
		t.Log(query, "\n\t", strings.Join(steps, "\n\t "))
	}
	return steps
}

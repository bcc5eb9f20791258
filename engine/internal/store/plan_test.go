package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	must(f.Sample(f.ctx, f.workspace.ID, 10, 10))(t)
	must(f.Document(f.ctx, c.ID))(t)
	must(f.Inferred(f.ctx, c))(t)
	must(f.Infer(f.ctx, c.ID, catalog.Inferred{TaskID: "t", Metadata: map[string]catalog.Found{"k": {Value: "v", Page: 1, Span: catalog.Span{End: 5}, Quote: "gamma"}}}))(t)
	c.VersionString = "v"
	must(f.Duplicates(f.ctx, c))(t)
	must(f.Versions(f.ctx, c))(t)
	if _, _, err := f.Alike(f.ctx, c); err != nil {
		t.Fatal(err)
	}
	must(f.FilesGone(f.ctx, f.folder.ID, []string{"b.txt"}))(t)
	parted := extracted(must(f.Content(f.ctx, c.ID))(t), "v1", "letter")
	parted.Parts = []catalog.ExtractedPart{{Path: "aa", Name: "note.txt", SHA256: hashOf("note"), Size: 4}}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{parted}))
	parted.Parts = nil
	check(t, f.CommitText(f.ctx, []catalog.Extracted{parted}))
	check(t, f.DeleteContent(f.ctx, c.ID))
	check(t, f.RestoreContent(f.ctx, c.ID))

	queries := slices.Concat(slices.Collect(maps.Keys(f.prepared)), slices.Collect(maps.Keys(f.readStmts)))
	for _, query := range queries {
		if slices.Contains(cold, query) || strings.HasPrefix(query, "BEGIN") || strings.HasPrefix(query, "COMMIT") || strings.HasPrefix(query, "ROLLBACK") {
			continue
		}
		scans(t, query, plan(t, f.Store, query), mayScan...)
	}
}

// plan returns the lines of EXPLAIN QUERY PLAN.
func plan(t *testing.T, s *Store, query string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	if strings.Contains(query, "?1") { // numbered: as many as the greatest number
		n := 1
		for strings.Contains(query, "?"+strconv.Itoa(n+1)) {
			n++
		}
		args = make([]any, n)
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

// asking returns the statements that are made for the calls in do.
func (f *fixture) asking(do func()) (queries []string) {
	f.asked = func(query string) { queries = append(queries, query) }
	defer func() { f.asked = nil }()
	do()
	return queries
}

// TestFetchesScanNothing: whatever a filter asks, no statement of a fetch goes through contents of other workspaces or
// through all values, and counts that need no more than category, format, time and metadata are made by indexes alone.
func TestFetchesScanNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.licence()
	for i := range 30 {
		f.upload(fmt.Sprint("annual report ", i), g.ID, map[string]any{"Holder": fmt.Sprint("h", i%3), "Year": float64(i)})
	}
	for filter, covered := range map[string]bool{
		`{}`:                           true,
		`{"fileFormat": "text/plain"}`: true,
		`{"fileFormat": {"in": ["text/plain", "application/pdf"]}}`:                                                true,
		`{"fileFormat": {"ne": "application/pdf"}}`:                                                                true,
		`{"categoryId": "` + g.ID + `"}`:                                                                           true,
		`{"categoryId": {"in": ["` + g.ID + `", "x"]}}`:                                                            true,
		`{"categoryId": {"exists": true}, "fileFormat": "text/plain"}`:                                             true,
		`{"categoryId": "` + g.ID + `", "fileFormat": {"in": ["text/plain"]}, "createdAt": {"gte": "2025-01-01"}}`: true,
		`{"createdAt": {"between": ["2025-01-01", "2027-01-01"]}}`:                                                 true,
		`{"createdAt": {"in": ["2026-03-01", "2027-01-01"]}}`:                                                      true,
		`{"metadata": {"Holder": "h1"}}`:                                                                           true,
		`{"metadata": {"Holder": {"in": ["h1", "h2", 3, true]}, "Year": {"gt": 3}}}`:                               true,
		`{"metadata": {"Holder": {"ne": "h1"}, "Year": {"between": [1, 20]}, "x": {"exists": false}}}`:             true,
		`{"metadata": {"Holder": {"contains": "H"}, "Year": {"lt": 9}}, "fileFormat": "text/plain"}`:               true,
		`{"fileName": {"contains": "report"}}`:                                                                     false,
		`{"fileName": "x", "updatedAt": {"lt": "2030-01-01"}}`:                                                     false,
		`{"contentId": {"in": ["a", "b"]}}`:                                                                        false,
		`{"contentId": {"nin": ["a"]}, "fileFormat": {"startsWith": "text"}}`:                                      false,
	} {
		for _, few := range []int{0, fewContents} {
			for _, q := range []catalog.FetchQuery{{}, {Query: "annual rep"}, {GroupByVersion: true}, {GroupByVersion: true, Query: "annual"}} {
				f.fewest = few
				q.WorkspaceID, q.Limit, q.Filter = f.workspace.ID, 5, must(catalog.ParseFilter([]byte(filter)))(t)
				queries := f.asking(func() {
					page := must(f.Fetch(f.ctx, q))(t)
					q.Cursor = page.Next
					must(f.Fetch(f.ctx, q))(t)
				})
				for _, query := range queries {
					steps := plan(t, f.Store, query)
					scans(t, query, steps, "SCAN k ", "SCAN t VIRTUAL TABLE", "SCAN name_text VIRTUAL TABLE", "SCAN (subquery", "SCAN CONSTANT ROW")
					if strings.HasPrefix(query, "SELECT count(") && strings.Contains(query, " content c ") && covered && few == 0 && q.Query == "" && !q.GroupByVersion &&
						!slices.ContainsFunc(steps, func(step string) bool { return strings.Contains(step, "c USING COVERING INDEX") }) {
						t.Errorf("%s\n\treads rows: %s", query, strings.Join(steps, "; "))
					}
				}
			}
		}
	}
}

func TestCountsComeFromIndexes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	before := slices.Collect(maps.Keys(f.readStmts))
	day := must(f.moment("2026-03-01"))(t)
	for _, q := range []catalog.CountQuery{{}, {CategoryID: "c"}, {FileFormat: "f"}, {CategoryID: "c", FileFormat: "f"}, {From: day}, {To: day}, {CategoryID: "c", From: day, To: day}, {FileFormat: "f", To: day}} {
		q.WorkspaceID = f.workspace.ID
		must(f.CountContents(f.ctx, q))(t)
	}
	counts := 0
	for query := range f.readStmts {
		if slices.Contains(before, query) {
			continue
		}
		counts++
		steps := plan(t, f.Store, query)
		scans(t, query, steps)
		if !slices.ContainsFunc(steps, func(step string) bool {
			return strings.Contains(step, "content USING COVERING INDEX") || strings.Contains(step, "SEARCH tally USING PRIMARY KEY")
		}) {
			t.Errorf("%s\n\treads rows: %s", query, strings.Join(steps, "; "))
		}
	}
	if counts != 5 {
		t.Errorf("%d statements count", counts)
	}
}

// scans fails for steps that read all of something, other than what is allowed.
func scans(t *testing.T, query string, steps []string, allowed ...string) {
	t.Helper()
	for _, step := range steps {
		if strings.HasPrefix(step, "SCAN") && !slices.ContainsFunc(allowed, func(a string) bool { return strings.Contains(step, a) }) {
			t.Errorf("%s\n\treads all of something: %s", query, step)
		}
		if strings.Contains(step, "AUTOMATIC") {
			t.Errorf("%s\n\tbuilds an index for itself: %s", query, step)
		}
	}
}

func (f *fixture) moment(text string) (*catalog.Moment, error) {
	m, ok := catalog.ParseMoment(text)
	if !ok {
		return nil, fmt.Errorf("%s is no time", text)
	}
	return &m, nil
}

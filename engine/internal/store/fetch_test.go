package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// fetched returns the names on a page.
func (f *fixture) fetched(q catalog.FetchQuery) (names string, page catalog.FetchPage) {
	f.t.Helper()
	q.WorkspaceID = f.workspace.ID
	if q.Limit == 0 {
		q.Limit = 20
	}
	page = must(f.Fetch(f.ctx, q))(f.t)
	var list []string
	for _, c := range page.Contents {
		list = append(list, c.FileName)
	}
	return strings.Join(list, " "), page
}

func TestFetchOrderAndCursors(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var made []catalog.Content
	for i := range 7 {
		made = append(made, f.upload(fmt.Sprint("n", i), "", nil))
		if i%3 == 2 {
			f.wait(time.Second)
		}
	}
	slices.Reverse(made)
	slices.SortStableFunc(made, func(a, b catalog.Content) int {
		if order := b.CreatedAt.Compare(a.CreatedAt); order != 0 {
			return order
		}
		return strings.Compare(b.ID, a.ID)
	})
	var walked []string
	q := catalog.FetchQuery{Limit: 2}
	for {
		_, page := f.fetched(q)
		if page.Total != 7 || page.Related != nil {
			t.Fatalf("%d in all, related %v", page.Total, page.Related)
		}
		walked = append(walked, ids(page.Contents)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
		if q.Cursor != walked[len(walked)-1] {
			t.Fatalf("the cursor is %s", q.Cursor)
		}
	}
	if !slices.Equal(walked, ids(made)) {
		t.Errorf("walked %v, want %v", walked, ids(made))
	}
	if _, page := f.fetched(catalog.FetchQuery{Limit: 7}); page.Next != "" {
		t.Error("a page that holds all has another behind it")
	}
	check(t, f.DeleteContent(f.ctx, made[2].ID))
	if _, page := f.fetched(catalog.FetchQuery{Cursor: made[2].ID}); !slices.Equal(ids(page.Contents), ids(made[3:])) || page.Total != 6 {
		t.Errorf("behind a deleted content: %v of %d", ids(page.Contents), page.Total)
	}
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	foreign := must(f.CreateUpload(f.ctx, other.ID, "u", "x", "f", hashOf("x"), 1))(t)
	for _, cursor := range []string{foreign.ID, "x", "' OR 1", "0196f6b0-0000-7000-8000-000000000000"} {
		if _, err := f.Fetch(f.ctx, catalog.FetchQuery{WorkspaceID: f.workspace.ID, Limit: 1, Cursor: cursor}); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("cursor %s: %v", cursor, err)
		}
	}
	if _, err := f.Fetch(f.ctx, catalog.FetchQuery{WorkspaceID: "x", Limit: 1}); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("unknown workspace: %v", err)
	}
}

func TestFetchByWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.licence()
	f.upload("annual_report-2024.pdf", "", nil)
	f.wait(time.Second)
	f.upload("scan.pdf", g.ID, map[string]any{"Holder": "Müller & Söhne", "Year": 2024.0, "Status": "annual"})
	f.wait(time.Second)
	f.upload("報告書2024.pdf", "", map[string]any{"Ort": "東京"})
	f.wait(time.Second)
	f.put("body.txt", "annual report licence 2024")
	for query, want := range map[string]string{
		"":                         "body.txt 報告書2024.pdf scan.pdf annual_report-2024.pdf",
		"  ":                       "body.txt 報告書2024.pdf scan.pdf annual_report-2024.pdf",
		"annual report":            "annual_report-2024.pdf",
		"REPORT annual":            "annual_report-2024.pdf",
		"annual":                   "scan.pdf annual_report-2024.pdf",
		"ann rep 20":               "annual_report-2024.pdf",
		"annual_report-2024.pdf":   "annual_report-2024.pdf",
		"2024":                     "報告書2024.pdf scan.pdf annual_report-2024.pdf",
		"muller":                   "scan.pdf",
		"müll & sö":                "scan.pdf",
		"holder":                   "scan.pdf",
		"business lic":             "scan.pdf",
		"licence annual":           "scan.pdf",
		"東京":                       "報告書2024.pdf",
		"報告":                       "報告書2024.pdf",
		"!!! ---":                  "",
		"nothing":                  "",
		`annual" OR "scan`:         "",
		"NOT annual":               "",
		"scan*":                    "scan.pdf",
		"report\x00x":              "",
		strings.Repeat("2024 ", 9): "報告書2024.pdf scan.pdf annual_report-2024.pdf",
	} {
		for _, few := range []int{0, fewContents} {
			f.fewest = few
			got, page := f.fetched(catalog.FetchQuery{Query: query})
			if got != want || page.Total != len(strings.Fields(want)) {
				t.Errorf("%q finds %d: %q, want %q", query, page.Total, got, want)
			}
		}
	}
	f.fewest = 0
	filter := must(catalog.ParseFilter([]byte(`{"categoryId": {"exists": false}}`)))(t)
	if got, _ := f.fetched(catalog.FetchQuery{Query: "annual", Filter: filter}); got != "annual_report-2024.pdf" {
		t.Errorf("with a filter: %s", got)
	}
}

func TestFetchGroups(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.licence()
	var versions []catalog.Content
	for _, name := range []string{"a1", "a2", "a3"} {
		versions = append(versions, f.upload(name, g.ID, map[string]any{"Holder": "Ada", "Year": 1.0}))
		f.wait(time.Second)
	}
	f.upload("b1", g.ID, map[string]any{"Holder": "Bob", "Year": 1.0})
	f.upload("alone", g.ID, map[string]any{"Holder": "Ada"})
	related := func(page catalog.FetchPage, id string) (names string) {
		for _, r := range page.Related[id] {
			names += r.FileName
		}
		return names
	}
	_, page := f.fetched(catalog.FetchQuery{GroupByVersion: true})
	if page.Total != 3 || len(page.Contents) != 3 || related(page, versions[2].ID) != "a2a1" || len(page.Related) != 1 {
		t.Errorf("groups %v, related %v", ids(page.Contents), page.Related)
	}
	only := must(catalog.ParseFilter([]byte(`{"contentId": "` + versions[1].ID + `"}`)))(t)
	if got, page := f.fetched(catalog.FetchQuery{GroupByVersion: true, Filter: only}); got != "a2" || page.Total != 1 || related(page, versions[1].ID) != "a3a1" {
		t.Errorf("the content that is asked for: %s, related %v", got, page.Related)
	}
	for _, few := range []int{0, fewContents} {
		f.fewest = few
		got, page := f.fetched(catalog.FetchQuery{GroupByVersion: true, Query: "ada", Limit: 1})
		rest, _ := f.fetched(catalog.FetchQuery{GroupByVersion: true, Query: "ada", Limit: 5, Cursor: page.Next})
		if got != "alone" || rest != "a3" || page.Total != 2 {
			t.Errorf("by words: %s, then %s of %d", got, rest, page.Total)
		}
	}
	check(t, f.DeleteContent(f.ctx, versions[2].ID))
	if _, page := f.fetched(catalog.FetchQuery{GroupByVersion: true}); page.Total != 3 || related(page, versions[1].ID) != "a1" {
		t.Errorf("without the newest: %v", page.Related)
	}
}

func TestTotalsAreOfNow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	filter := must(catalog.ParseFilter([]byte(`{"metadata.k": 1}`)))(t)
	for i := range 5 {
		c := f.upload(fmt.Sprint("n", i), "", map[string]any{"k": 1.0})
		for range 2 {
			if _, page := f.fetched(catalog.FetchQuery{Filter: filter}); page.Total != i+1 {
				t.Fatalf("%d in all, want %d", page.Total, i+1)
			}
		}
		check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"k": 2.0}}))
		if _, page := f.fetched(catalog.FetchQuery{Filter: filter}); page.Total != i {
			t.Fatalf("%d in all, want %d", page.Total, i)
		}
		check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"k": 1.0}}))
	}
	for i := range 2 * totalsKept {
		filter := must(catalog.ParseFilter([]byte(fmt.Sprintf(`{"metadata.k": {"in": [1, %d]}}`, i+5))))(t)
		if _, page := f.fetched(catalog.FetchQuery{Filter: filter}); page.Total != 5 {
			t.Fatalf("%d in all", page.Total)
		}
	}
	if n := len(f.totals.known); n > totalsKept {
		t.Errorf("%d totals are remembered", n)
	}
}

// TestGreatestFilters: what parsing lets in, SQLite must take.
func TestGreatestFilters(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.upload("n", "", map[string]any{"k": 7.0})
	list := func(n int, element func(i int) string) string {
		var parts []string
		for i := range n {
			parts = append(parts, element(i))
		}
		return strings.Join(parts, ", ")
	}
	times := list(1000, func(i int) string { return fmt.Sprintf(`"2026-03-01T12:%02d:%02dZ"`, i/60, i%60) })
	numbers := list(1000, func(i int) string { return fmt.Sprint(i) })
	texts := list(1000, func(i int) string { return fmt.Sprintf(`"t%d"`, i) })
	for _, filter := range []string{
		`{"createdAt": {"in": [` + times + `]}}`,
		`{"createdAt": {"in": [` + times + `]}, "updatedAt": {"in": [` + times + `]}, "metadata.k": {"in": [` + numbers + `]}, "fileName": {"nin": [` + texts + `]}}`,
		`{` + list(100, func(i int) string { return fmt.Sprintf(`"metadata.x%d": {"nin": [1, "a", true]}`, i) }) + `}`,
		`{` + list(10, func(i int) string { return fmt.Sprintf(`"metadata.x%d": {"nin": [%s]}`, i, texts) }) + `}`,
	} {
		parsed := must(catalog.ParseFilter([]byte(filter)))(t)
		if _, page := f.fetched(catalog.FetchQuery{Filter: parsed}); page.Total != 1 || page.Contents[0].ID != c.ID {
			t.Errorf("%.80s: %d", filter, page.Total)
		}
		scope := f.scope()
		scope.Filter = parsed
		if _, n, err := f.Admit(f.ctx, scope); err != nil || n != 1 {
			t.Errorf("%.80s as a scope: %d, %v", filter, n, err)
		}
	}
	eleven := `{` + list(11, func(i int) string { return fmt.Sprintf(`"metadata.x%d": {"nin": [%s]}`, i, texts) }) + `}`
	if _, err := catalog.ParseFilter([]byte(eleven)); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("11,000 values: %v", err)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.licence()
	for i := range 6 {
		category := ""
		if i%2 == 0 {
			category = g.ID
		}
		f.upload(fmt.Sprint(i), category, nil)
		f.wait(12 * time.Hour) // 2026-03-01 12:00, 03-02 00:00, 03-02 12:00, …
	}
	gone := f.upload("gone", g.ID, nil)
	check(t, f.DeleteContent(f.ctx, gone.ID))
	at := func(text string) *catalog.Moment { return must(f.moment(text))(t) }
	for _, c := range []struct {
		q    catalog.CountQuery
		want int
	}{
		{catalog.CountQuery{}, 6},
		{catalog.CountQuery{CategoryID: g.ID}, 3},
		{catalog.CountQuery{CategoryID: "x"}, 0},
		{catalog.CountQuery{FileFormat: "text/plain"}, 6},
		{catalog.CountQuery{FileFormat: "text/plain", CategoryID: g.ID}, 3},
		{catalog.CountQuery{FileFormat: "application/pdf", CategoryID: g.ID}, 0},
		{catalog.CountQuery{From: at("2026-03-02"), To: at("2026-03-02")}, 2},
		{catalog.CountQuery{From: at("2026-03-02T00:00:00Z"), To: at("2026-03-02T00:00:00Z")}, 1},
		{catalog.CountQuery{To: at("2026-03-01T11:59:59Z")}, 0},
		{catalog.CountQuery{To: at("2026-03-01T13:00:00+01:00")}, 1},
		{catalog.CountQuery{From: at("2026-03-03T12:00:01Z")}, 1},
		{catalog.CountQuery{From: at("2026-03-03"), To: at("2026-03-02")}, 0},
		{catalog.CountQuery{CategoryID: g.ID, From: at("2026-03-02")}, 2},
	} {
		c.q.WorkspaceID = f.workspace.ID
		if n := must(f.CountContents(f.ctx, c.q))(t); n != c.want {
			t.Errorf("%+v: %d, want %d", c.q, n, c.want)
		}
	}
}

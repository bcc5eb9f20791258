package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Values with everything that could be mistaken for syntax.
var (
	hostileTexts = []string{"", "a", "A", "ab", "aB", "Ärger", "ÄRGER", "ärger", "100%", "100_", "10\\0", "o'hara", `say "hi"`, `{"a":1}`, "%", "_", "'", `"`, "\\", "*", "a.b", "$.a", "漢字", "2025-01-31",
		"2025-01-31T10:00:00Z", "1", "1.0", "true", "null", "İ", "ß", "\t", "x\x00y", "é", "e\u0301", "<b>&", "\u2028", "😀"}
	hostileKeys    = []string{"k", "K", "a.b", `a"b`, "a'b", "$", "%", "sp ace", "漢", "", "\\", "[0]", "<&>", "\u2028", "a\tb"}
	hostileNumbers = []float64{0, 1, -1, 1.5, 0.1, 1e20, -1e300, 9007199254740993, 3.141592653589793, 5e-324}
	hostileTimes   = []string{"2025-01-31", "2025-01-31T10:00:00Z", "2025-01-31T11:00:00+01:00", "2025-02-01", "2025-01-31T23:59:59", "2025-01-31T10:00",
		"2025-01-31T10:00:00.999Z", "2025-01-31T09:59:59.5-00:30", "2025-01-30T23:00:00-11:00", "2025-02-01T02:00+04:00"}
)

type generator struct{ *rand.Rand }

func pick[T any](g generator, list []T) T { return list[g.IntN(len(list))] }

func (g generator) value() any {
	switch g.IntN(8) {
	case 0:
		return pick(g, hostileNumbers)
	case 1:
		return g.IntN(2) == 0
	case 2:
		return []any{"a", 1.0}
	case 3:
		return map[string]any{"a": "b"}
	case 4:
		return g.Float64() * 1000
	}
	return pick(g, hostileTexts)
}

func (g generator) key() string {
	for {
		if key := pick(g, hostileKeys); key != "" {
			return key
		}
	}
}

func (g generator) time() time.Time {
	return time.Date(2025, 1, 31, 10, 0, 0, 0, time.UTC).Add(time.Duration(g.IntN(5)-2) * 12 * time.Hour).Add(time.Duration(g.IntN(3)-1) * time.Second)
}

// operand makes an operand that parsing accepts for the field.
func (g generator) operand(field string) any {
	if field == "createdAt" || field == "updatedAt" {
		if g.IntN(10) == 0 {
			return nil
		}
		return pick(g, hostileTimes)
	}
	if _, isMetadata := (catalog.Condition{Field: field}).MetadataKey(); !isMetadata {
		if g.IntN(10) == 0 {
			return nil
		}
		return pick(g, hostileTexts)
	}
	switch g.IntN(6) {
	case 0:
		return pick(g, hostileNumbers)
	case 1:
		return g.IntN(2) == 0
	case 2:
		return nil
	}
	return pick(g, hostileTexts)
}

func (g generator) condition() catalog.Condition {
	operators := []catalog.Operator{catalog.OpEq, catalog.OpNe, catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte, catalog.OpBetween,
		catalog.OpIn, catalog.OpNin, catalog.OpContains, catalog.OpStartsWith, catalog.OpEndsWith, catalog.OpExists}
	fields := []string{"contentId", "categoryId", "fileName", "fileFormat", "language", "createdAt", "updatedAt", "metadata." + g.key(), "metadata." + g.key(), "metadata.k"}
	c := catalog.Condition{Field: pick(g, fields), Operator: pick(g, operators)}
	switch c.Operator {
	case catalog.OpBetween:
		c.Operand = []any{g.operand(c.Field), g.operand(c.Field)}
	case catalog.OpIn, catalog.OpNin:
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.operand(c.Field))
		}
		c.Operand = list
	case catalog.OpContains, catalog.OpStartsWith, catalog.OpEndsWith:
		c.Operand = pick(g, slices.Concat(hostileTexts, []string{"2025", "00Z", "-31"}))
	case catalog.OpExists:
		c.Operand = g.IntN(2) == 0
	default:
		c.Operand = g.operand(c.Field)
	}
	return c
}

// filter makes a filter of one to three conditions in its JSON form, dotted or nested, and reads it. ok is false when
// parsing refuses it.
func (g generator) filter(contents []catalog.Content) (f *catalog.Filter, ok bool) {
	top, nested := map[string]any{}, map[string]any{}
	for range 1 + g.IntN(3) {
		c := g.condition()
		if g.IntN(15) == 0 {
			c = catalog.Condition{Field: "contentId", Operator: catalog.OpIn, Operand: []any{pick(g, contents).ID, pick(g, contents).ID, nil}}
		}
		into, field := top, c.Field
		if key, isMetadata := c.MetadataKey(); isMetadata && g.IntN(2) == 0 {
			into, field = nested, key
		}
		if c.Operator == catalog.OpEq && g.IntN(2) == 0 {
			into[field] = c.Operand
		} else if operators, is := into[field].(map[string]any); is {
			operators[string(c.Operator)] = c.Operand
		} else {
			into[field] = map[string]any{string(c.Operator): c.Operand}
		}
	}
	if len(nested) > 0 {
		top["metadata"] = nested
	}
	f, err := catalog.ParseFilter([]byte(jsonText(top)))
	return f, err == nil
}

// hostile makes n contents of one text with hostile names, formats, categories, metadata, times and version strings.
func (f *fixture) hostile(g generator, n int) []catalog.Content {
	f.t.Helper()
	var contents []catalog.Content
	for i := range n {
		c := must(f.CreateUpload(f.ctx, f.workspace.ID, "u", fmt.Sprint("n", i), "text/plain", hashOf(fmt.Sprint(i)), 1))(f.t)
		metadata := map[string]any{}
		for range g.IntN(6) {
			metadata[g.key()] = g.value()
		}
		category := ""
		if g.IntN(2) == 0 {
			category = pick(g, hostileTexts)
		}
		check(f.t, f.write(f.ctx, func(x *tx) error {
			name := strings.ReplaceAll(pick(g, hostileTexts), "\x00", "\uFFFD")
			if err := x.saveDescription(c.Key, category, metadata, nil); err != nil {
				return err
			}
			_, err := x.exec("UPDATE content SET name = ?, name_fold = ?, format = ?, created_at = ?, updated_at = ?, version_string = nullif(?, '') WHERE key = ?",
				name, catalog.FoldCase(name), pick(g, hostileTexts), g.time().Unix(), g.time().Unix(), pick(g, []string{"", "", "v1", "v2", "v3", "v_ä", "V1"}), c.Key)
			return err
		}))
		check(f.t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "common words")}))
		contents = append(contents, must(f.Content(f.ctx, c.ID))(f.t))
	}
	slices.SortFunc(contents, func(a, b catalog.Content) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.ID, a.ID))
	})
	return contents
}

// TestFilterMeansTheSameInSQL compares filters in SQL with Filter.Match over contents of hostile values, for everything
// that takes a filter: the scope of a search, its passages and documents, a listing, and a fetch with and without groups,
// however its statements begin.
func TestFilterMeansTheSameInSQL(t *testing.T) {
	t.Parallel()
	seed := uint64(20260301)
	g := generator{rand.New(rand.NewPCG(seed, 0))}
	f := newFixture(t)
	contents := f.hostile(g, 60)
	used := map[catalog.Operator]int{}
	pairs, matches := 0, 0
	for range 1200 {
		filter, ok := g.filter(contents)
		if !ok {
			continue
		}
		for _, c := range filter.Conditions {
			used[c.Operator]++
		}
		var want []string
		for _, c := range contents {
			if filter.Match(c) {
				want = append(want, c.ID)
			}
		}
		pairs, matches = pairs+len(contents), matches+len(want)
		for name, got := range f.allWays(g, contents, filter) {
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: %+v: %s has %d, Match says %d:\n%v\n%v", seed, filter.Conditions, name, len(got), len(want), got, want)
			}
		}
		f.checkGroups(g, contents, filter, want)
	}
	if pairs < 10_000 || matches < pairs/50 || len(used) != 13 {
		t.Errorf("only %d pairs, %d matches, operators %v", pairs, matches, used)
	}
}

// allWays are the ids that a filter admits, in the order of contents, by everything that takes a filter.
func (f *fixture) allWays(g generator, contents []catalog.Content, filter *catalog.Filter) map[string][]string {
	f.t.Helper()
	scope := f.scope()
	scope.Filter = filter
	set, admitted, err := f.Admit(f.ctx, scope)
	check(f.t, err)
	documents := must(f.KeywordDocuments(f.ctx, words("common"), scope))(f.t)
	found := map[int64]bool{}
	for _, hit := range must(f.Keyword(f.ctx, words("common"), scope, 1000))(f.t) {
		found[hit.ContentKey] = true
	}
	listed, total, err := f.ListContents(f.ctx, catalog.ContentQuery{Scope: scope, Limit: 1000, Sort: "-createdAt"})
	check(f.t, err)
	ways := map[string][]string{"listing": ids(listed), "scope": nil, "search": nil}
	f.fewest = pick(g, []int{0, 1, 10, fewContents})
	page := must(f.Fetch(f.ctx, catalog.FetchQuery{WorkspaceID: f.workspace.ID, Filter: filter, Limit: 1000}))(f.t)
	ways["fetch"] = ids(page.Contents)
	for _, c := range contents {
		if set.Has(c.Key) {
			ways["scope"] = append(ways["scope"], c.ID)
		}
		if found[c.Key] {
			ways["search"] = append(ways["search"], c.ID)
		}
	}
	for name, n := range map[string]int{"scope": admitted, "documents": documents, "listing": total, "fetch": page.Total} {
		if n != len(ways["scope"]) {
			f.t.Fatalf("%+v: %s counts %d of %d", filter.Conditions, name, n, len(ways["scope"]))
		}
	}
	return ways
}

func ids(contents []catalog.Content) (list []string) {
	for _, c := range contents {
		list = append(list, c.ID)
	}
	return list
}

// checkGroups goes through all pages of a grouped fetch and compares them with groups that are made of the matches here.
func (f *fixture) checkGroups(g generator, contents []catalog.Content, filter *catalog.Filter, matching []string) {
	f.t.Helper()
	var want []string
	led := map[string]bool{}
	for _, c := range contents {
		if !slices.Contains(matching, c.ID) || c.VersionString != "" && led[c.VersionString] {
			continue
		}
		led[c.VersionString] = true
		line := c.ID
		for _, other := range contents {
			if c.VersionString != "" && other.VersionString == c.VersionString && other.ID != c.ID {
				line += fmt.Sprint(" ", other.ID, other.FileName, other.CreatedAt)
			}
		}
		want = append(want, line)
	}
	q := catalog.FetchQuery{WorkspaceID: f.workspace.ID, Filter: filter, Limit: 1 + g.IntN(20), GroupByVersion: true}
	var got []string
	for {
		page := must(f.Fetch(f.ctx, q))(f.t)
		if page.Total != len(want) {
			f.t.Fatalf("%+v: %d groups, want %d", filter.Conditions, page.Total, len(want))
		}
		for _, c := range page.Contents {
			line := c.ID
			for _, r := range page.Related[c.ID] {
				line += fmt.Sprint(" ", r.ID, r.FileName, r.CreatedAt)
			}
			got = append(got, line)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		f.t.Fatalf("%+v: groups\n%s\nwant\n%s", filter.Conditions, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEmptyScopeAdmitsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("a.txt", "alpha")
	if set, n, err := f.Admit(f.ctx, catalog.Scope{}); err != nil || n != 0 || set == nil || set.Len() != 0 {
		t.Errorf("admitted %d, %v", n, err)
	}
	if hits := must(f.Keyword(f.ctx, words("alpha"), catalog.Scope{}, 10))(t); len(hits) != 0 {
		t.Errorf("hits %v", hits)
	}
	set, n, err := f.Admit(f.ctx, f.scope())
	if err != nil || set != nil || n != 1 {
		t.Errorf("everything is %v, %d, %v", set, n, err)
	}
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	if set, n, err := f.Admit(f.ctx, f.scope()); err != nil || set == nil || n != 1 {
		t.Errorf("one of two workspaces is %v, %d, %v", set, n, err)
	}
	if hits := must(f.Keyword(f.ctx, words("alpha"), catalog.Scope{Workspaces: []string{other.ID}}, 10))(t); len(hits) != 0 {
		t.Errorf("hits of another workspace: %v", hits)
	}
}

func TestFilterBeforeRanking(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 300 {
		f.put(fmt.Sprintf("noise%d.txt", i), "needle needle needle")
	}
	f.put("wanted.md", "a needle in much other text that makes it rank last of all")
	for _, json := range []string{`{"fileName": "wanted.md"}`, `{"fileName": {"nin": ["noise1.txt"]}}`} {
		filter := must(catalog.ParseFilter([]byte(json)))(t)
		scope := f.scope()
		scope.Filter = filter
		_, admitted, err := f.Admit(f.ctx, scope)
		check(t, err)
		hits := must(f.Keyword(f.ctx, words("needle"), scope, 1000))(t)
		documents := must(f.KeywordDocuments(f.ctx, words("needle"), scope))(t)
		if len(hits) != admitted || documents != admitted {
			t.Errorf("%s admits %d, finds %d passages of %d documents", json, admitted, len(hits), documents)
		}
	}
}

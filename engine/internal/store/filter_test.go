package store

import (
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
	hostileTimes   = []string{"2025-01-31", "2025-01-31T10:00:00Z", "2025-01-31T11:00:00+01:00", "2025-02-01", "2025-01-31T23:59:59", "2025-01-31T10:00"}
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
	fields := []string{"contentId", "categoryId", "fileName", "fileFormat", "createdAt", "updatedAt", "metadata." + g.key(), "metadata." + g.key(), "metadata.k"}
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

// TestFilterMeansTheSameInSQL compares filters in SQL with Filter.Match over contents of hostile values.
func TestFilterMeansTheSameInSQL(t *testing.T) {
	t.Parallel()
	seed := uint64(20260301)
	g := generator{rand.New(rand.NewPCG(seed, 0))}
	f := newFixture(t)
	var contents []catalog.Content
	for i := range 60 {
		c := must(f.CreateUpload(f.ctx, f.workspace.ID, "u", fmt.Sprint("n", i), "text/plain", hashOf(fmt.Sprint(i)), 1))(t)
		metadata := map[string]any{}
		for range g.IntN(5) {
			metadata[g.key()] = g.value()
		}
		check(t, f.SetMetadata(f.ctx, c.ID, metadata))
		category := any(nil)
		if g.IntN(2) == 0 {
			category = pick(g, hostileTexts)
			if category == "" {
				category = nil
			}
		}
		check(t, f.write(f.ctx, func(x *tx) error {
			name := strings.ReplaceAll(pick(g, hostileTexts), "\x00", "\uFFFD")
			_, err := x.exec("UPDATE content SET name = ?, name_fold = ?, format = ?, category = ?, created_at = ?, updated_at = ? WHERE key = ?",
				name, catalog.FoldCase(name), pick(g, hostileTexts), category, g.time().Unix(), g.time().Unix(), c.Key)
			return err
		}))
		contents = append(contents, must(f.Content(f.ctx, c.ID))(t))
	}
	pairs, matches := 0, 0
	for range 3000 {
		filter := &catalog.Filter{}
		for range 1 + g.IntN(2) {
			filter.Conditions = append(filter.Conditions, g.condition())
		}
		if g.IntN(20) == 0 {
			filter.Conditions = []catalog.Condition{{Field: "contentId", Operator: catalog.OpIn, Operand: []any{contents[g.IntN(60)].ID, nil}}}
		}
		if !wellFormed(filter) {
			continue
		}
		scope := f.scope()
		scope.Filter = filter
		set, _, err := f.Admit(f.ctx, scope)
		if err != nil {
			t.Fatalf("seed %d: %+v: %v", seed, filter, err)
		}
		for _, c := range contents {
			pairs++
			want := filter.Match(c)
			if want {
				matches++
			}
			if got := set.Has(c.Key); got != want {
				t.Fatalf("seed %d: %+v on %+v: SQL says %v, Match says %v", seed, filter.Conditions, c, got, want)
			}
		}
	}
	if pairs < 2000 || matches < pairs/50 {
		t.Errorf("only %d pairs, %d matches", pairs, matches)
	}
}

// wellFormed leaves out filters that parsing refuses.
func wellFormed(f *catalog.Filter) bool {
	for _, c := range f.Conditions {
		list, _ := c.Operand.([]any)
		switch c.Operator {
		case catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte:
			if _, isBool := c.Operand.(bool); isBool || c.Operand == nil {
				return false
			}
		case catalog.OpBetween:
			if fmt.Sprintf("%T", list[0]) != fmt.Sprintf("%T", list[1]) || list[0] == nil {
				return false
			}
			if _, isBool := list[0].(bool); isBool {
				return false
			}
		}
	}
	return true
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

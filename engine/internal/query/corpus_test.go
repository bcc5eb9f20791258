package query

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// corpus is a Corpus over real FTS5 in memory, one passage a text, for contents named as they are added.
type corpus struct {
	db       *sql.DB
	contents []catalog.Content // Key is the index
	passages []catalog.StoredPassage
	gone     map[int64]bool
}

func newCorpus(t testing.TB) *corpus {
	t.Helper()
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	const schema = `CREATE VIRTUAL TABLE passage_text USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2');
		CREATE VIRTUAL TABLE name_text USING fts5(name, tokenize='porter unicode61 remove_diacritics 2');`
	if _, err := db.Exec(schema); err != nil {
		t.Fatal(err)
	}
	return &corpus{db: db, gone: map[int64]bool{}}
}

// add makes a content of one page whose passages are the texts, one line each.
func (c *corpus) add(t testing.TB, name, workspace string, texts ...string) int64 {
	t.Helper()
	key := int64(len(c.contents))
	c.contents = append(c.contents, catalog.Content{ID: fmt.Sprintf("content-%d", key), Key: key, WorkspaceID: workspace, FileName: name})
	mustExec(t, c.db, `INSERT INTO name_text(rowid, name) VALUES (?, ?)`, key, name)
	start := 0
	for i, text := range texts {
		length := len([]rune(text))
		p := catalog.StoredPassage{ID: int64(len(c.passages)), ContentKey: key, Ordinal: i, Passage: catalog.Passage{
			Page: 1, Span: catalog.Span{Start: start, End: start + length}, Text: text, Context: name,
		}}
		start += length + 1
		c.passages = append(c.passages, p)
		mustExec(t, c.db, `INSERT INTO passage_text(rowid, title, body) VALUES (?, ?, ?)`, p.ID, p.Context, p.Text)
	}
	return key
}

func mustExec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}

// match writes a query in FTS5's syntax, every part quoted.
func match(q catalog.KeywordQuery) string {
	quote := func(s string) string {
		var parts []string
		for _, w := range words.Split(s) {
			parts = append(parts, w.Text)
		}
		return `"` + strings.Join(parts, " ") + `"`
	}
	var any, all []string
	for i, t := range q.Terms {
		any = append(any, quote(t))
		if q.Prefix && i == len(q.Terms)-1 {
			any[i] += "*"
		}
	}
	for _, p := range q.Phrases {
		all = append(all, quote(p))
	}
	if len(any) > 0 {
		all = append(all, "("+strings.Join(any, " OR ")+")")
	}
	s := strings.Join(all, " AND ")
	for _, e := range q.Excluded {
		s = "(" + s + ") NOT " + quote(e)
	}
	return s
}

func (c *corpus) admits(scope catalog.Scope, key int64) bool {
	if c.gone[key] {
		return false
	}
	for _, w := range scope.Workspaces {
		if c.contents[key].WorkspaceID == w {
			return true
		}
	}
	return len(scope.Workspaces) == 0
}

func (c *corpus) Admit(_ context.Context, scope catalog.Scope) (*catalog.ContentSet, int, error) {
	set := &catalog.ContentSet{}
	for _, d := range c.contents {
		if c.admits(scope, d.Key) {
			set.Add(d.Key)
		}
	}
	return set, set.Len(), nil
}

func (c *corpus) rows(ctx context.Context, statement string, args ...any) ([]catalog.Scored, error) {
	rows, err := c.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []catalog.Scored
	for rows.Next() {
		var s catalog.Scored
		if err := rows.Scan(&s.PassageID, &s.Score); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

func (c *corpus) keyword(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope) ([]catalog.Scored, error) {
	all, err := c.rows(ctx, `SELECT rowid, -bm25(passage_text, 3.0, 1.0) FROM passage_text WHERE passage_text MATCH ? ORDER BY 2 DESC, 1`, match(q))
	var list []catalog.Scored
	for _, s := range all {
		s.ContentKey = c.passages[s.PassageID].ContentKey
		if c.admits(scope, s.ContentKey) {
			list = append(list, s)
		}
	}
	return list, err
}

func (c *corpus) Keyword(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error) {
	list, err := c.keyword(ctx, q, scope)
	return list[:min(n, len(list))], err
}

func (c *corpus) KeywordDocuments(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope) (int, error) {
	list, err := c.keyword(ctx, q, scope)
	set := &catalog.ContentSet{}
	for _, s := range list {
		set.Add(s.ContentKey)
	}
	return set.Len(), err
}

func (c *corpus) Names(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error) {
	all, err := c.rows(ctx, `SELECT rowid, -bm25(name_text) FROM name_text WHERE name_text MATCH ? ORDER BY 2 DESC, 1`, match(q))
	var list []catalog.Scored
	for _, s := range all {
		if c.admits(scope, s.PassageID) {
			list = append(list, catalog.Scored{ContentKey: s.PassageID, Score: s.Score})
		}
	}
	return list[:min(n, len(list))], err
}

func (c *corpus) Passages(_ context.Context, ids []int64) ([]catalog.StoredPassage, error) {
	var list []catalog.StoredPassage
	for _, id := range ids {
		list = append(list, c.passages[id])
	}
	return list, nil
}

func (c *corpus) FirstPassages(_ context.Context, keys []int64) (map[int64]catalog.StoredPassage, error) {
	first := map[int64]catalog.StoredPassage{}
	for _, p := range c.passages {
		if p.Ordinal == 0 && slices.Contains(keys, p.ContentKey) {
			first[p.ContentKey] = p
		}
	}
	return first, nil
}

func (c *corpus) Latest(_ context.Context, scope catalog.Scope, n int) ([]int64, error) {
	var keys []int64
	for i := len(c.contents) - 1; i >= 0 && len(keys) < n; i-- {
		if c.admits(scope, c.contents[i].Key) {
			keys = append(keys, c.contents[i].Key)
		}
	}
	return keys, nil
}

func (c *corpus) Contents(_ context.Context, keys []int64) ([]catalog.Content, error) {
	var list []catalog.Content
	for _, key := range keys {
		if !c.gone[key] {
			list = append(list, c.contents[key])
		}
	}
	return list, nil
}

func (c *corpus) States(_ context.Context, contents []catalog.Content) map[int64]catalog.HitState {
	states := map[int64]catalog.HitState{}
	for _, d := range contents {
		states[d.Key] = catalog.HitCurrent
	}
	return states
}

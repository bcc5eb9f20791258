package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// newestFirst is the order of a fetch.
const newestFirst = " ORDER BY c.created_at DESC, c.id DESC"

// CountContents counts live contents, exactly, from an index that has everything that is asked for.
func (s *Store) CountContents(ctx context.Context, q catalog.CountQuery) (n int, err error) {
	if q == (catalog.CountQuery{WorkspaceID: q.WorkspaceID}) {
		err = s.readRow(ctx, "SELECT ifnull(sum(live), 0) FROM tally WHERE workspace = (SELECT key FROM workspace WHERE id = ?)", q.WorkspaceID).Scan(&n)
		return n, s.fault(err)
	}
	index, conditions, args := "content_created", "", []any{q.WorkspaceID}
	if q.FileFormat != "" {
		index, conditions, args = "content_format", conditions+" AND format = ?", append(args, q.FileFormat)
	}
	if q.CategoryID != "" {
		index, conditions, args = "content_category", conditions+" AND category = ?", append(args, q.CategoryID)
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if q.From != nil {
		from = q.From.Start
	}
	if q.To != nil {
		to = q.To.End
	}
	query, args := "SELECT count(*) FROM content INDEXED BY "+index+" WHERE workspace = (SELECT key FROM workspace WHERE id = ?)"+
		conditions+" AND created_at >= ? AND created_at < ? AND deleted_at IS NULL", append(args, from, to)
	record(ctx, query, args, true)
	err = s.readRow(ctx, query, args...).Scan(&n)
	return n, s.fault(err)
}

// Fetch returns a page of live contents as they were at one moment. NotFound for an unknown workspace, Invalid for a
// cursor that is no content of it; one in the trash still is.
func (s *Store) Fetch(ctx context.Context, q catalog.FetchQuery) (page catalog.FetchPage, err error) {
	commits := s.commits.Load()
	err = s.at(ctx, func(s *snapshot) error {
		f := fetch{snapshot: s, query: q}
		if err := f.begin(); err != nil {
			return err
		}
		if page.Contents = []catalog.Content{}; q.GroupByVersion {
			page.Related = map[string][]catalog.RelatedVersion{}
		}
		if f.empty {
			return nil
		}
		if page.Total, err = f.total(commits); err != nil || page.Total == 0 {
			return err
		}
		keys, err := f.keys(page.Total)
		if err != nil {
			return err
		}
		if page.Contents, err = f.contents(keys[:min(len(keys), q.Limit)]); err != nil {
			return err
		}
		if len(keys) > q.Limit {
			page.Next = page.Contents[q.Limit-1].ID
		}
		if q.GroupByVersion {
			page.Related, err = f.related(page.Contents)
		}
		return err
	})
	return page, err
}

// fetch is one call of Fetch.
type fetch struct {
	*snapshot
	query catalog.FetchQuery
	selection
	after *position // of the cursor
	names *catalog.ContentSet
	empty bool // nothing can match
}

// position is where a content stands in the order.
type position struct {
	created int64
	id      string
}

func (f *fetch) begin() error {
	var workspace int64
	if err := f.row("SELECT key FROM workspace WHERE id = ? AND deleted_at IS NULL", f.query.WorkspaceID).Scan(&workspace); err != nil {
		return notFound(err, "There is no such workspace.")
	}
	if f.query.Cursor != "" {
		at := position{id: f.query.Cursor}
		err := f.row("SELECT created_at FROM content WHERE id = ? AND workspace = ?", at.id, workspace).Scan(&at.created)
		if errors.Is(err, sql.ErrNoRows) {
			return catalog.InvalidFields([]catalog.FieldError{{Field: "cursor", Message: "is unknown here; leave it out to begin anew"}})
		}
		if err != nil {
			return err
		}
		f.after = &at
	}
	var some bool
	var err error
	f.selection, some, err = f.selected(workspace, f.query)
	f.empty = !some
	return err
}

// total is the number of all matches, or of their groups.
func (f *fetch) total(commits int64) (n int, err error) {
	if len(f.filter) == 0 && f.match == "" && !f.query.GroupByVersion {
		const query = "SELECT ifnull(sum(live), 0) FROM tally WHERE workspace = ?"
		record(f.ctx, query, []any{f.workspace}, false)
		err = f.row(query, f.workspace).Scan(&n)
		return n, err
	}
	columns, begin := "count(*)", f.selection.begin
	if f.match != "" && !begin.few {
		begin = f.byName()
	}
	if f.query.GroupByVersion {
		columns = "count(DISTINCT c.version_string) + count(*) - count(c.version_string)"
		if begin.tables == "content c INDEXED BY content_created" {
			begin.tables = "content c INDEXED BY content_version"
		}
	}
	from, args := f.from(begin)
	query := "SELECT " + columns + from
	count := func() (n int, err error) {
		err = f.row(query, args...).Scan(&n)
		return n, err
	}
	if recording(f.ctx) != nil {
		record(f.ctx, query, args, false)
		return count()
	}
	return f.store.totals.get(commits, query, args, count)
}

// keys are those of the contents of the page and, when there are more, of one beyond it. Where few of many match, finding
// them all and sorting them beats the walk in their order.
func (f *fetch) keys(total int) (keys []int64, err error) {
	begin := f.selection.begin
	if !begin.few && total > f.store.fewest {
		begin = f.ordered()
	}
	var more []condition
	if f.after != nil {
		more = append(more, condition{"c.created_at <= ? AND (c.created_at, c.id) < (?, ?)", []any{f.after.created, f.after.created, f.after.id}})
	}
	from, args := f.from(begin, more...)
	if f.query.GroupByVersion {
		return f.leaders(from, args)
	}
	query, args := "SELECT c.key"+from+newestFirst+" LIMIT ?", append(args, f.query.Limit+1)
	record(f.ctx, query, args, false)
	err = f.rows(func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, query, args...)
	return keys, err
}

// errFull ends the reading of rows.
var errFull = errors.New("the page is full")

// leaders goes through the matches behind the cursor and keeps those of which no newer match has the version string:
// none on this page and none before the cursor.
func (f *fetch) leaders(from string, args []any) (keys []int64, err error) {
	seen := map[string]bool{}
	err = f.rows(func(row scanner) error {
		var key int64
		var version sql.NullString
		if err := row.Scan(&key, &version); err != nil {
			return err
		}
		if version.Valid {
			if seen[version.String] {
				return nil
			}
			seen[version.String] = true
			if led, err := f.ledBefore(version.String); led || err != nil {
				return err
			}
		}
		if keys = append(keys, key); len(keys) > f.query.Limit {
			return errFull
		}
		return nil
	}, "SELECT c.key, c.version_string"+from+newestFirst, args...)
	if errors.Is(err, errFull) {
		err = nil
	}
	return keys, err
}

// ledBefore reports whether a match at the cursor or before it has the version string.
func (f *fetch) ledBefore(version string) (led bool, err error) {
	if f.after == nil {
		return false, nil
	}
	named, err := f.named()
	if err != nil {
		return false, err
	}
	from, args := f.from(source{tables: "content c INDEXED BY content_version", where: condition{"c.version_string = ?", []any{version}}, skip: -1, matched: true},
		condition{"c.created_at >= ? AND (c.created_at, c.id) >= (?, ?)", []any{f.after.created, f.after.created, f.after.id}})
	err = f.rows(func(row scanner) error {
		var key int64
		if err := row.Scan(&key); err != nil {
			return err
		}
		if led = named.Has(key); led {
			return errFull
		}
		return nil
	}, "SELECT c.key"+from, args...)
	if errors.Is(err, errFull) {
		err = nil
	}
	return led, err
}

// named is the set of contents that the name index finds, of any workspace; nil: the fetch does not ask it. It is read
// once, because within a statement that runs for every group SQLite would read it for every group.
func (f *fetch) named() (*catalog.ContentSet, error) {
	if f.match == "" || f.names != nil {
		return f.names, nil
	}
	f.names = &catalog.ContentSet{}
	return f.names, f.rows(func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		f.names.Add(key)
		return err
	}, "SELECT rowid FROM name_text WHERE name_text MATCH ?", f.match)
}

// contents are those with the keys, in their order.
func (f *fetch) contents(keys []int64) ([]catalog.Content, error) {
	list := make([]catalog.Content, 0, len(keys))
	query := "SELECT " + contentColumns + " FROM " + contentTables + " WHERE c.key IN (" + joinKeys(keys) + ")"
	record(f.ctx, query, nil, false)
	err := f.rows(func(row scanner) error {
		c, err := scanContent(row)
		list = append(list, c)
		return err
	}, query)
	slices.SortFunc(list, func(a, b catalog.Content) int { return slices.Index(keys, a.Key) - slices.Index(keys, b.Key) })
	return list, err
}

// related are the other live contents with the version strings of a page, newest first.
func (f *fetch) related(page []catalog.Content) (map[string][]catalog.RelatedVersion, error) {
	leaders := map[string]string{} // version string -> content id
	var versions []any
	for _, c := range page {
		if c.VersionString != "" {
			leaders[c.VersionString] = c.ID
			versions = append(versions, c.VersionString)
		}
	}
	related := make(map[string][]catalog.RelatedVersion, len(leaders))
	if len(versions) == 0 {
		return related, nil
	}
	err := f.rows(func(row scanner) error {
		var r catalog.RelatedVersion
		var version string
		var created int64
		err := row.Scan(&version, &r.ID, &r.FileName, &created)
		if leader := leaders[version]; leader != r.ID {
			r.CreatedAt = time.Unix(created, 0).UTC()
			related[leader] = append(related[leader], r)
		}
		return err
	}, "SELECT c.version_string, c.id, c.name, c.created_at FROM content c INDEXED BY content_version"+
		" WHERE c.workspace = ? AND c.version_string IN ("+placeholders(len(versions))+") AND c.deleted_at IS NULL"+newestFirst,
		append([]any{f.workspace}, versions...)...)
	return related, err
}

// totals remembers how many contents fetches have matched, so that going through all pages counts once. What it knows
// ends with the next commit.
type totals struct {
	mu      sync.Mutex
	commits int64
	known   map[string]int
}

// totalsKept is how many selections are remembered at once.
const totalsKept = 64

// get returns the number that count gives for a query, counted anew when the store has changed. commits is how many
// there had been before the snapshot that count reads was taken.
func (t *totals) get(commits int64, query string, args []any, count func() (int, error)) (int, error) {
	name := fmt.Sprintf("%s %#v", query, args)
	t.mu.Lock()
	n, ok := t.known[name]
	ok = ok && t.commits == commits
	t.mu.Unlock()
	if ok {
		return n, nil
	}
	n, err := count()
	if err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.commits < commits || t.known == nil || len(t.known) >= totalsKept {
		t.known = map[string]int{}
	}
	if t.commits <= commits {
		t.commits = commits
		t.known[name] = n
	}
	return n, nil
}

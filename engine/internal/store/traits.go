package store

import (
	"context"
	slashpath "path"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// traitSQL is the SQL form of what a field word asks of content c.
func traitSQL(t catalog.Trait) (string, []any) {
	sql, args := traitHolds(t)
	if t.Not {
		sql = "NOT ifnull(" + sql + ", 0)"
	}
	return sql, args
}

// changedAt is when the bytes of content c were last changed as far as is known: the time of the file, or when an upload
// was last revised.
const changedAt = "ifnull((SELECT mtime / 1000000000 FROM file WHERE content = ifnull(c.root, c.key) AND excluded = 0), c.updated_at)"

func traitHolds(t catalog.Trait) (string, []any) {
	switch t.Field {
	case catalog.TraitIn:
		return `(c.workspace IN (SELECT key FROM workspace WHERE text_is(name, ?)) OR EXISTS (SELECT 1 FROM file f JOIN folder d ON d.key = f.folder
			WHERE f.content = ifnull(c.root, c.key) AND f.excluded = 0 AND path_within(d.path, f.path, ?)))`, []any{t.Value, t.Value}
	case catalog.TraitType:
		return typeSQL(t.Value)
	case catalog.TraitName:
		return "instr(c.name_fold, ?) > 0", []any{t.Value}
	case catalog.TraitCategory:
		return "EXISTS (SELECT 1 FROM category g WHERE g.id = c.category AND instr(g.name_fold, ?) > 0)", []any{t.Value}
	case catalog.TraitAfter:
		return changedAt + " >= ?", []any{t.At.Unix()}
	case catalog.TraitBefore:
		return changedAt + " < ?", []any{t.At.Unix()}
	}
	return never, nil
}

func typeSQL(value string) (string, []any) {
	extensions, formats := catalog.FileKind(value)
	var parts []string
	var args []any
	for _, e := range extensions {
		sql, arg := nameSQL(catalog.OpEndsWith, "."+e)
		parts, args = append(parts, sql), append(args, arg...)
	}
	for _, f := range formats {
		parts, args = append(parts, "c.format GLOB ?"), append(args, f)
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// pathWithin reports whether the folders on the way to a file, from the watched one on, have a stretch of that name:
// "letters", "2024/letters". A name that begins at the root of the file system is looked for from there. The operand comes
// folded.
func pathWithin(root, path []byte, operand string) bool {
	operand = strings.ReplaceAll(operand, "\\", "/")
	wanted := strings.TrimSuffix("/"+strings.Trim(operand, "/"), "/") + "/"
	watched := "/" + strings.Trim(catalog.FoldCase(filepath.ToSlash(string(root))), "/")
	inner, _ := slashpath.Split(catalog.FoldCase(string(path)))
	if fromTop := strings.HasPrefix(operand, "/") || strings.HasPrefix(operand[min(1, len(operand)):], ":/"); fromTop {
		return strings.HasPrefix(watched+"/"+inner, wanted)
	}
	return strings.Contains("/"+slashpath.Base(watched)+"/"+inner, wanted)
}

// Latest returns the keys of the n contents of a scope that were changed last, latest first.
func (s *Store) Latest(ctx context.Context, scope catalog.Scope, n int) ([]int64, error) {
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return nil, err
	}
	var keys []int64
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, "SELECT c.key FROM content c WHERE "+a.sql()+" ORDER BY "+changedAt+" DESC, c.id LIMIT ?", append(a.args, n)...)
	return keys, err
}

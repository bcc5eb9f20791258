package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// admission is the SQL form of a scope: conditions on content c, which is live.
type admission struct {
	conditions []string
	args       []any
	everything bool // all live contents are admitted
}

func (a *admission) add(condition string, args ...any) {
	a.conditions = append(a.conditions, condition)
	a.args = append(a.args, args...)
	a.everything = false
}

func (a *admission) sql() string { return strings.Join(a.conditions, " AND ") }

// admitted translates a scope. The scope's workspaces are exactly those that are looked at; unknown ids are passed over.
func (s *Store) admitted(ctx context.Context, scope catalog.Scope) (*admission, error) {
	var keys []int64
	all := true
	err := s.read(ctx, func(row scanner) error {
		var key int64
		var id string
		var live bool
		if err := row.Scan(&key, &id, &live); err != nil {
			return err
		}
		if live && slices.Contains(scope.Workspaces, id) {
			keys = append(keys, key)
		} else {
			all = false
		}
		return nil
	}, `SELECT key, id, deleted_at IS NULL FROM workspace w WHERE deleted_at IS NULL OR EXISTS (SELECT 1 FROM tally WHERE workspace = w.key AND live > 0)`)
	if err != nil {
		return nil, err
	}
	a := &admission{everything: all}
	a.conditions = []string{"c.deleted_at IS NULL", "c.workspace IN (" + joinKeys(keys) + ")"}
	if scope.Filter != nil {
		for _, condition := range scope.Filter.Conditions {
			sql, args := filterSQL(condition)
			a.add(sql, args...)
		}
	}
	return a, nil
}

// Admit returns the set of live contents that a scope admits and their exact number. The set is nil when all are.
func (s *Store) Admit(ctx context.Context, scope catalog.Scope) (*catalog.ContentSet, int, error) {
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return nil, 0, err
	}
	if a.everything {
		var n int
		err := s.readRow(ctx, "SELECT ifnull(sum(live), 0) FROM tally").Scan(&n)
		return nil, n, s.fault(err)
	}
	set := &catalog.ContentSet{}
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		set.Add(key)
		return err
	}, "SELECT c.key FROM content c WHERE "+a.sql(), a.args...)
	return set, set.Len(), err
}

// filterSQL is the SQL form of catalog.Condition.match: a randomised test holds the two to the same answers.
func filterSQL(c catalog.Condition) (string, []any) {
	if key, ok := c.MetadataKey(); ok {
		return metadataSQL(c, key)
	}
	switch c.Field {
	case "createdAt":
		return timeSQL(c, "c.created_at")
	case "updatedAt":
		return timeSQL(c, "c.updated_at")
	}
	column := map[string]string{"contentId": "c.id", "categoryId": "c.category", "fileName": "c.name", "fileFormat": "c.format"}[c.Field]
	if column == "" {
		return "0", nil
	}
	return textSQL(c, column)
}

var comparisons = map[catalog.Operator]string{
	catalog.OpEq: "=", catalog.OpGt: ">", catalog.OpGte: ">=", catalog.OpLt: "<", catalog.OpLte: "<=",
}

var textFunctions = map[catalog.Operator]string{
	catalog.OpContains: "text_contains", catalog.OpStartsWith: "text_starts", catalog.OpEndsWith: "text_ends",
}

// textSQL compares a text column that may be null.
func textSQL(c catalog.Condition, column string) (string, []any) {
	list, _ := c.Operand.([]any)
	switch c.Operator {
	case catalog.OpEq, catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte:
		return "ifnull(" + column + " " + comparisons[c.Operator] + " ?, 0)", []any{c.Operand}
	case catalog.OpNe:
		return "ifnull(" + column + " <> ?, 1)", []any{c.Operand}
	case catalog.OpBetween:
		return "ifnull(" + column + " BETWEEN ? AND ?, 0)", list
	case catalog.OpIn, catalog.OpNin:
		texts := slices.DeleteFunc(slices.Clone(list), func(v any) bool { return v == nil })
		in := "ifnull(" + column + " IN (" + placeholders(len(texts)) + "), 0)"
		if c.Operator == catalog.OpNin {
			in = "NOT " + in
		}
		return in, texts
	case catalog.OpExists:
		return "(" + column + " IS NOT NULL) = ?", []any{c.Operand}
	}
	if operand := foldOperand(c.Operand); c.Field == "fileName" && !strings.Contains(operand, "\x00") {
		return nameSQL(c.Operator, operand)
	}
	if function := textFunctions[c.Operator]; function != "" {
		return "(" + column + " IS NOT NULL AND " + function + "(ifnull(" + column + ", ''), ?))", []any{foldOperand(c.Operand)}
	}
	return "0", nil
}

// nameSQL looks into file names, the field most looked into, by their stored folded form: a call into Go for every
// content costs more than the rest of the query. Names hold no NUL, at which substr would end.
func nameSQL(op catalog.Operator, operand string) (string, []any) {
	switch op {
	case catalog.OpContains:
		return "instr(c.name_fold, ?) > 0", []any{operand}
	case catalog.OpStartsWith:
		return "substr(c.name_fold, 1, ?) = ?", []any{utf8.RuneCountInString(operand), operand}
	case catalog.OpEndsWith:
		if operand == "" {
			return "1", nil
		}
		return "substr(c.name_fold, ?) = ?", []any{-utf8.RuneCountInString(operand), operand}
	}
	return "0", nil
}

func foldOperand(operand any) string {
	s, _ := operand.(string)
	return catalog.FoldCase(s)
}

func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// timeSQL compares a column of Unix seconds, which is never null.
func timeSQL(c catalog.Condition, column string) (string, []any) {
	list, _ := c.Operand.([]any)
	m := momentOf(c.Operand)
	within := func(operand any) (string, []any) {
		m := momentOf(operand)
		return "(" + column + " >= ? AND " + column + " < ?)", []any{m.Start, m.End}
	}
	switch c.Operator {
	case catalog.OpEq:
		return within(c.Operand)
	case catalog.OpNe:
		sql, args := within(c.Operand)
		return "NOT " + sql, args
	case catalog.OpIn, catalog.OpNin:
		parts, args := []string{"0"}, []any{}
		for _, operand := range list {
			sql, a := within(operand)
			parts, args = append(parts, sql), append(args, a...)
		}
		sql := "(" + strings.Join(parts, " OR ") + ")"
		if c.Operator == catalog.OpNin {
			sql = "NOT " + sql
		}
		return sql, args
	case catalog.OpGt:
		return column + " >= ?", []any{m.End}
	case catalog.OpGte:
		return column + " >= ?", []any{m.Start}
	case catalog.OpLt:
		return column + " < ?", []any{m.Start}
	case catalog.OpLte:
		return column + " < ?", []any{m.End}
	case catalog.OpBetween:
		return "(" + column + " >= ? AND " + column + " < ?)", []any{momentOf(list[0]).Start, momentOf(list[1]).End}
	case catalog.OpExists:
		return "1 = ?", []any{c.Operand}
	}
	if function := textFunctions[c.Operator]; function != "" {
		return function + "(strftime('%Y-%m-%dT%H:%M:%SZ', " + column + ", 'unixepoch'), ?)", []any{foldOperand(c.Operand)}
	}
	return "0", nil
}

// momentOf reads an operand that parsing has checked; null is the moment that never is.
func momentOf(operand any) catalog.Moment {
	s, _ := operand.(string)
	m, _ := catalog.ParseMoment(s)
	return m
}

// metadataSQL compares the metadata value under a key by its JSON type. Keys go as variables, never into a JSON path.
func metadataSQL(c catalog.Condition, key string) (string, []any) {
	list, _ := c.Operand.([]any)
	where := func(condition string, args ...any) (string, []any) {
		return "EXISTS (SELECT 1 FROM json_each(c.metadata) j WHERE j.key = ? AND " + condition + ")", append([]any{key}, args...)
	}
	equal := func(operand any) (string, []any) { return typedSQL("=", operand) }
	switch c.Operator {
	case catalog.OpEq, catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte:
		condition, args := typedSQL(comparisons[c.Operator], c.Operand)
		return where(condition, args...)
	case catalog.OpNe:
		condition, args := equal(c.Operand)
		sql, args := where(condition, args...)
		return "NOT " + sql, args
	case catalog.OpIn, catalog.OpNin:
		parts, args := []string{"0"}, []any{}
		for _, operand := range list {
			condition, a := equal(operand)
			parts, args = append(parts, condition), append(args, a...)
		}
		sql, args := where("("+strings.Join(parts, " OR ")+")", args...)
		if c.Operator == catalog.OpNin {
			sql = "NOT " + sql
		}
		return sql, args
	case catalog.OpBetween:
		low, lowArgs := typedSQL(">=", list[0])
		high, highArgs := typedSQL("<=", list[1])
		return where(low+" AND "+high, append(lowArgs, highArgs...)...)
	case catalog.OpExists:
		sql, args := where("j.type <> 'null'")
		return sql + " = ?", append(args, c.Operand)
	}
	if function := textFunctions[c.Operator]; function != "" {
		return where("j.type = 'text' AND "+function+"(ifnull(j.atom, ''), ?)", foldOperand(c.Operand))
	}
	return "0", nil
}

// typedSQL compares a JSON value with an operand of the same type; other types do not compare.
func typedSQL(comparison string, operand any) (string, []any) {
	switch v := operand.(type) {
	case string:
		return "(j.type = 'text' AND j.atom " + comparison + " ?)", []any{v}
	case float64:
		return "(j.type IN ('integer', 'real') AND CAST(j.atom AS REAL) " + comparison + " ?)", []any{v}
	case bool:
		if v {
			return "j.type = 'true'", nil
		}
		return "j.type = 'false'", nil
	}
	return "0", nil
}

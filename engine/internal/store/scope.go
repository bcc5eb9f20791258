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
	for _, trait := range scope.Traits {
		sql, args := traitSQL(trait)
		a.add(sql, args...)
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

// never is the condition that nothing meets. A statement that is to begin with a certain index must not have it: SQLite
// would find no use for the index and refuse.
const never = "0"

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
	column := map[string]string{"contentId": "c.id", "categoryId": "c.category", "fileName": "c.name", "fileFormat": "c.format", "language": "c.language"}[c.Field]
	if column == "" {
		return never, nil
	}
	return textSQL(c, column)
}

var comparisons = map[catalog.Operator]string{
	catalog.OpEq: "=", catalog.OpGt: ">", catalog.OpGte: ">=", catalog.OpLt: "<", catalog.OpLte: "<=",
}

var textFunctions = map[catalog.Operator]string{
	catalog.OpContains: "text_contains", catalog.OpStartsWith: "text_starts", catalog.OpEndsWith: "text_ends",
}

// textSQL compares a text column that may be null. Like every condition here it may say null for no: conditions are only
// ever ANDed.
func textSQL(c catalog.Condition, column string) (string, []any) {
	list, _ := c.Operand.([]any)
	switch c.Operator {
	case catalog.OpEq, catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte:
		return column + " " + comparisons[c.Operator] + " ?", []any{c.Operand}
	case catalog.OpNe:
		return "ifnull(" + column + " <> ?, 1)", []any{c.Operand}
	case catalog.OpBetween:
		return column + " BETWEEN ? AND ?", list
	case catalog.OpIn:
		texts := withoutNull(list)
		if len(texts) == 0 {
			return never, nil
		}
		return column + " IN (" + placeholders(len(texts)) + ")", texts
	case catalog.OpNin:
		texts := withoutNull(list)
		return "ifnull(" + column + " NOT IN (" + placeholders(len(texts)) + "), 1)", texts
	case catalog.OpExists:
		return "(" + column + " IS NOT NULL) = ?", []any{c.Operand}
	}
	if operand := foldOperand(c.Operand); c.Field == "fileName" && !strings.Contains(operand, "\x00") {
		return nameSQL(c.Operator, operand)
	}
	if function := textFunctions[c.Operator]; function != "" {
		return "(" + column + " IS NOT NULL AND " + function + "(ifnull(" + column + ", ''), ?))", []any{foldOperand(c.Operand)}
	}
	return never, nil
}

// withoutNull leaves out what nothing is equal to.
func withoutNull(list []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return v == nil })
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
	return never, nil
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
		var parts []string
		var args []any
		for _, operand := range list {
			sql, a := within(operand)
			parts, args = append(parts, sql), append(args, a...)
		}
		sql := anyOf(parts)
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
	return never, nil
}

// momentOf reads an operand that parsing has checked; null is the moment that never is.
func momentOf(operand any) catalog.Moment {
	s, _ := operand.(string)
	m, _ := catalog.ParseMoment(s)
	return m
}

// anyOf is the disjunction of conditions. It nests by halves: SQLite refuses expressions that are 1,000 deep.
func anyOf(parts []string) string {
	switch n := len(parts); n {
	case 0:
		return never
	case 1:
		return parts[0]
	default:
		return "(" + anyOf(parts[:n/2]) + " OR " + anyOf(parts[n/2:]) + ")"
	}
}

// metadataSQL compares the metadata value under a key. What is compared is the unfolded value (content_value), whose type
// is part of the comparison.
func metadataSQL(c catalog.Condition, key string) (string, []any) {
	where := func(condition string, args []any) (string, []any) {
		return "EXISTS (SELECT 1 FROM content_value v WHERE v.content = c.key AND v.name = ? AND " + condition + ")", append([]any{key}, args...)
	}
	switch c.Operator {
	case catalog.OpNe:
		sql, args := where(valueSQL(catalog.OpEq, c.Operand))
		return "NOT " + sql, args
	case catalog.OpNin:
		sql, args := where(valueSQL(catalog.OpIn, c.Operand))
		return "NOT " + sql, args
	case catalog.OpExists:
		sql, args := where("1", nil)
		if c.Operand == false {
			sql = "NOT " + sql
		}
		return sql, args
	}
	return where(valueSQL(c.Operator, c.Operand))
}

// valueSQL compares an unfolded metadata value v. Numbers stand before text before blobs, so an open range is closed
// where the next type begins.
func valueSQL(op catalog.Operator, operand any) (string, []any) {
	_, isText := operand.(string)
	switch list, _ := operand.([]any); op {
	case catalog.OpEq:
		return "v.value = ?", []any{compared(operand)}
	case catalog.OpIn:
		var values []any
		for _, element := range withoutNull(list) {
			values = append(values, filterValue(element))
		}
		return "v.value IN (" + placeholders(len(values)) + ")", values
	case catalog.OpGt, catalog.OpGte:
		end := "''"
		if isText {
			end = "x''"
		}
		return "v.value " + comparisons[op] + " ? AND v.value < " + end, []any{compared(operand)}
	case catalog.OpLt, catalog.OpLte:
		begin := ""
		if isText {
			begin = "v.value >= '' AND "
		}
		return begin + "v.value " + comparisons[op] + " ?", []any{compared(operand)}
	case catalog.OpBetween:
		return "v.value BETWEEN ? AND ?", []any{compared(list[0]), compared(list[1])}
	}
	if function := textFunctions[op]; function != "" {
		return "v.value >= '' AND v.value < x'' AND " + function + "(v.value, ?)", []any{foldOperand(operand)}
	}
	return never, nil
}

// compared is an operand as values are compared with it; null is compared with nothing.
func compared(operand any) any {
	if operand == nil {
		return nil
	}
	return filterValue(operand)
}

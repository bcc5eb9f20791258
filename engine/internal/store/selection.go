package store

import (
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// selection is which live contents of one workspace a fetch is about. Its SQL is made for every call: which index a
// statement begins with is chosen here and said to SQLite, which knows nothing of how many rows a value has.
type selection struct {
	workspace int64
	filter    []catalog.Condition
	match     string // for the name index; empty: any name
	begin     source
}

// source is what a statement begins with: tables that lead to contents c, and what they take care of.
type source struct {
	tables  string
	probe   string // table to look into for how many contents these are; empty: certainly few
	where   condition
	skip    int  // the place in the filter of what where says; -1: none
	matched bool // where looks for match
	few     bool // so few contents that reading all of them is cheaper than anything else
}

// condition is a piece of SQL with its variables.
type condition struct {
	sql  string
	args []any
}

func conditionOf(sql string, args []any) condition { return condition{sql, args} }

// fewContents is the number of contents up to which a source counts as few. Measured at 100,000 contents with four
// metadata keys each: going through all of them with one look into the metadata took 44 ms, looking 2,000 up and sorting
// them 2 ms, finding out that there are more 0.1 ms.
const fewContents = 2000

// selected makes the selection of a fetch; ok is false when it is certain to be empty.
func (s *snapshot) selected(workspace int64, q catalog.FetchQuery) (sel selection, ok bool, err error) {
	sel.workspace = workspace
	if q.Filter != nil {
		sel.filter = q.Filter.Conditions
	}
	for _, c := range sel.filter {
		if sql, _ := filterSQL(c); sql == never {
			return sel, false, nil
		}
	}
	if strings.TrimSpace(q.Query) != "" {
		if sel.match = everyWord(q.Query); sel.match == "" {
			return sel, false, nil
		}
	}
	sel.begin, err = s.narrowest(sel)
	return sel, true, err
}

// everyWord is the expression for text that has each word of a query, or one that begins like it.
func everyWord(query string) string {
	var parts []string
	for word := range strings.FieldsSeq(query) {
		parts = append(parts, termExpressions(word, true)...)
	}
	return strings.Join(parts[:min(len(parts), maxQueryTokens)], " AND ")
}

// narrowest returns the first source that is certain to be few, else a walk through an index of the workspace.
func (s *snapshot) narrowest(sel selection) (source, error) {
	for _, from := range sel.lookups() {
		if few, err := s.isFew(from); few || err != nil {
			from.few = true
			return from, err
		}
	}
	return sel.walk(), nil
}

// lookups are the sources that look up what a part of the selection names.
func (sel selection) lookups() (list []source) {
	for i, c := range sel.filter {
		key, isMetadata := c.MetadataKey()
		switch {
		case c.Field == "contentId" && namesValues(c):
			list = append(list, source{tables: "content c", where: conditionOf(textSQL(c, "c.id")), skip: i})
		case isMetadata && namesValues(c), isMetadata && isRange(c):
			sql, args := valueSQL(c.Operator, c.Operand)
			list = append(list, source{tables: "content_value v INDEXED BY content_value_found CROSS JOIN content c ON c.key = v.content",
				probe: "content_value v INDEXED BY content_value_found",
				where: condition{"v.workspace = ? AND v.name = ? AND " + sql, append([]any{sel.workspace, key}, args...)}, skip: i})
		}
	}
	if sel.match != "" {
		list = append(list, sel.byName())
	}
	return list
}

// byName is the source that goes through what the name index finds.
func (sel selection) byName() source {
	return source{tables: "name_text t CROSS JOIN content c ON c.key = t.rowid", probe: "name_text t",
		where: condition{"t.name_text MATCH ?", []any{sel.match}}, skip: -1, matched: true}
}

// isFew reports whether a source has at most fewContents contents.
func (s *snapshot) isFew(from source) (bool, error) {
	if from.probe == "" {
		return true, nil
	}
	var n int
	err := s.row("SELECT count(*) FROM (SELECT 1 FROM "+from.probe+" WHERE "+from.where.sql+" LIMIT ?)", append(slices.Clone(from.where.args), s.store.fewest+1)...).Scan(&n)
	return n <= s.store.fewest, err
}

// walk is the source for a count: the index of the workspace that covers what the filter asks of category, format and
// time of creation.
func (sel selection) walk() source {
	category, format := sel.naming("categoryId"), sel.naming("fileFormat")
	switch {
	case category >= 0:
		return source{tables: "content c INDEXED BY content_category", where: conditionOf(textSQL(sel.filter[category], "c.category")), skip: category}
	case sel.looksAt("categoryId"), sel.looksAt("fileFormat") && format < 0:
		return source{tables: "content c INDEXED BY content_category", skip: -1}
	case format >= 0:
		return source{tables: "content c INDEXED BY content_format", where: conditionOf(textSQL(sel.filter[format], "c.format")), skip: format}
	}
	return source{tables: "content c INDEXED BY content_created", skip: -1}
}

// ordered is the source for a page: a walk in the order of creation, which ends as soon as the page is full, within one
// category or one format where the filter names one.
func (sel selection) ordered() source {
	from := sel.walk()
	if from.skip >= 0 {
		if list, isList := sel.filter[from.skip].Operand.([]any); !isList || len(list) == 1 {
			return from
		}
	}
	return source{tables: "content c INDEXED BY content_created", skip: -1}
}

// namesValues reports whether a condition holds for the values that it names and no others.
func namesValues(c catalog.Condition) bool {
	list, _ := c.Operand.([]any)
	return c.Operator == catalog.OpEq && c.Operand != nil || c.Operator == catalog.OpIn && len(withoutNull(list)) > 0
}

// isRange reports whether a condition holds for the values between two others.
func isRange(c catalog.Condition) bool {
	switch c.Operator {
	case catalog.OpGt, catalog.OpGte, catalog.OpLt, catalog.OpLte, catalog.OpBetween:
		return true
	}
	return false
}

// naming is the place of a condition that names values of a field; -1: there is none.
func (sel selection) naming(field string) int {
	return slices.IndexFunc(sel.filter, func(c catalog.Condition) bool { return c.Field == field && namesValues(c) })
}

func (sel selection) looksAt(field string) bool {
	return slices.ContainsFunc(sel.filter, func(c catalog.Condition) bool { return c.Field == field })
}

// from is FROM … WHERE … of the selection as it begins with a source, with more conditions on content c.
func (sel selection) from(begin source, more ...condition) (string, []any) {
	var where []condition
	if begin.where.sql != "" {
		where = append(where, begin.where)
	}
	where = append(where, condition{"c.workspace = ?", []any{sel.workspace}}, condition{"c.deleted_at IS NULL", nil})
	for i, c := range sel.filter {
		if i != begin.skip {
			where = append(where, conditionOf(filterSQL(c)))
		}
	}
	if sel.match != "" && !begin.matched {
		where = append(where, condition{"+c.key IN (SELECT rowid FROM name_text WHERE name_text MATCH ?)", []any{sel.match}})
	}
	var texts []string
	var args []any
	for _, c := range append(where, more...) {
		texts, args = append(texts, c.sql), append(args, c.args...)
	}
	return " FROM " + begin.tables + " WHERE " + strings.Join(texts, " AND "), args
}

package catalog

import (
	"slices"
	"strings"
	"time"
)

// FoldCase is the form in which contains, startsWith and endsWith compare: Unicode lower case.
func FoldCase(s string) string { return strings.ToLower(s) }

// FilterTime is the form in which a time is answered, and so the one that text operators see.
func FilterTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// Match reports whether a content meets every condition. The nil filter admits everything. Comparing a missing field,
// or values of different types, is false except for ne, nin and exists: false.
func (f *Filter) Match(c Content) bool {
	return f == nil || !slices.ContainsFunc(f.Conditions, func(condition Condition) bool { return !condition.match(c) })
}

func (c Condition) match(content Content) bool {
	if key, ok := c.MetadataKey(); ok {
		return c.matchValue(normal(content.Metadata[key]))
	}
	switch c.Field {
	case "contentId":
		return c.matchValue(content.ID)
	case "categoryId":
		if content.CategoryID == "" {
			return c.matchValue(nil)
		}
		return c.matchValue(content.CategoryID)
	case "fileName":
		return c.matchValue(content.FileName)
	case "fileFormat":
		return c.matchValue(content.FileFormat)
	case "language":
		if content.Language == "" {
			return c.matchValue(nil)
		}
		return c.matchValue(content.Language)
	case "createdAt":
		return c.matchTime(content.CreatedAt)
	case "updatedAt":
		return c.matchTime(content.UpdatedAt)
	}
	return false
}

// normal makes JSON's own types of what a Go caller may have put into metadata.
func normal(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	}
	return v
}

func (c Condition) matchValue(v any) bool {
	list, _ := c.Operand.([]any)
	switch c.Operator {
	case OpEq:
		return equal(v, c.Operand)
	case OpNe:
		return !equal(v, c.Operand)
	case OpIn:
		return slices.ContainsFunc(list, func(operand any) bool { return equal(v, operand) })
	case OpNin:
		return !slices.ContainsFunc(list, func(operand any) bool { return equal(v, operand) })
	case OpGt:
		order, ok := compare(v, c.Operand)
		return ok && order > 0
	case OpGte:
		order, ok := compare(v, c.Operand)
		return ok && order >= 0
	case OpLt:
		order, ok := compare(v, c.Operand)
		return ok && order < 0
	case OpLte:
		order, ok := compare(v, c.Operand)
		return ok && order <= 0
	case OpBetween:
		low, okLow := compare(v, list[0])
		high, okHigh := compare(v, list[1])
		return okLow && okHigh && low >= 0 && high <= 0
	case OpExists:
		return (v != nil) == c.Operand.(bool)
	}
	return c.matchText(v)
}

func (c Condition) matchText(v any) bool {
	text, isText := v.(string)
	operand, _ := c.Operand.(string)
	if !isText {
		return false
	}
	text, operand = FoldCase(text), FoldCase(operand)
	switch c.Operator {
	case OpContains:
		return strings.Contains(text, operand)
	case OpStartsWith:
		return strings.HasPrefix(text, operand)
	case OpEndsWith:
		return strings.HasSuffix(text, operand)
	}
	return false
}

func (c Condition) matchTime(t time.Time) bool {
	at := t.Unix()
	within := func(operand any) bool {
		m, ok := moment(operand)
		return ok && at >= m.Start && at < m.End
	}
	list, _ := c.Operand.([]any)
	m, _ := moment(c.Operand)
	switch c.Operator {
	case OpEq:
		return within(c.Operand)
	case OpNe:
		return !within(c.Operand)
	case OpIn:
		return slices.ContainsFunc(list, within)
	case OpNin:
		return !slices.ContainsFunc(list, within)
	case OpGt:
		return at >= m.End
	case OpGte:
		return at >= m.Start
	case OpLt:
		return at < m.Start
	case OpLte:
		return at < m.End
	case OpBetween:
		low, _ := moment(list[0])
		high, _ := moment(list[1])
		return at >= low.Start && at < high.End
	case OpExists:
		return c.Operand.(bool)
	}
	return c.matchText(FilterTime(t))
}

func moment(operand any) (Moment, bool) {
	s, ok := operand.(string)
	if !ok {
		return Moment{}, false
	}
	return ParseMoment(s)
}

// equal compares scalars of the same type; anything else, nothing included, equals nothing.
func equal(v, operand any) bool {
	switch v := v.(type) {
	case string:
		o, ok := operand.(string)
		return ok && v == o
	case float64:
		o, ok := operand.(float64)
		return ok && v == o
	case bool:
		o, ok := operand.(bool)
		return ok && v == o
	}
	return false
}

// compare orders two numbers or two strings (by code point); ok is false for anything else.
func compare(v, operand any) (order int, ok bool) {
	switch v := v.(type) {
	case string:
		o, ok := operand.(string)
		return strings.Compare(v, o), ok
	case float64:
		o, ok := operand.(float64)
		switch {
		case v < o:
			return -1, ok
		case v > o:
			return 1, ok
		}
		return 0, ok
	}
	return 0, false
}

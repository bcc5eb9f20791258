package classify

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// byProperty is what the file says of itself.
var byProperty = way{"by property", "property", 0.85}

// properties are those that have the field's name: "Page Count", "page_count" and "pageCount" are one.
func (r *reading) properties(w want) []candidate {
	d := r.document
	stated := map[string]string{"title": d.Title}
	if n := len(d.Pages); n > 0 {
		stated["pagecount"], stated["pages"] = strconv.Itoa(n), strconv.Itoa(n)
	}
	for name, text := range d.Properties {
		if plain(name) != "title" || d.Title == "" {
			stated[plain(name)] = text
		}
	}
	text := stated[plain(w.Key)]
	if text == "" {
		return nil
	}
	if value, ok := typed(w.Type, text); ok {
		return []candidate{{value: value, way: byProperty}}
	}
	return nil
}

// plain is a name without case, spaces and marks.
func plain(name string) string {
	letters := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}
	return catalog.FoldCase(strings.Map(letters, name))
}

// typed reads a property as a value of a field's type.
func typed(kind catalog.FieldType, text string) (value any, ok bool) {
	switch kind {
	case catalog.FieldString:
		return text, true
	case catalog.FieldShortString:
		return text, utf8.RuneCountInString(text) <= maxShortString
	case catalog.FieldNumber:
		number, err := strconv.ParseFloat(text, 64)
		return number, err == nil && strings.Trim(text, "+-.0123456789eE") == ""
	case catalog.FieldBoolean:
		isTrue, isFalse := strings.EqualFold(text, "true"), strings.EqualFold(text, "false")
		return isTrue, isTrue || isFalse
	case catalog.FieldDate:
		_, ok := catalog.ParseMoment(text)
		return text, ok
	}
	return nil, false
}

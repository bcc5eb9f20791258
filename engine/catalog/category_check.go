package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of categories and metadata. Lengths are in code points.
const (
	maxCategoryName        = 255
	maxCategoryDescription = 10_000
	maxCategoryFields      = 200
	maxMetadataKey         = 255
	maxMetadataKeys        = 1000 // of one content
	maxShortString         = 255
	maxInferenceID         = 255
)

// Check names every violation in the definition of a category.
func (c Category) Check() []FieldError {
	var wrong violations
	wrong.text("name", c.Name, 1, maxCategoryName)
	wrong.text("description", c.Description, 0, maxCategoryDescription)
	if len(c.Fields) > maxCategoryFields {
		wrong.add("fields", "must not be more than "+strconv.Itoa(maxCategoryFields))
		return wrong
	}
	seen := map[string]bool{}
	for i, f := range c.Fields {
		name := fmt.Sprintf("fields[%d]", i)
		wrong.text(name+".key", f.Key, 1, maxMetadataKey)
		if seen[f.Key] {
			wrong.add(name+".key", "is the key of another field too")
		}
		seen[f.Key] = true
		if !slices.Contains(FieldTypes, f.Type) {
			wrong.add(name+".type", "must be STRING, SHORT_STRING, NUMBER, BOOLEAN or DATE")
		}
	}
	return wrong
}

// CheckMetadata names every violation of a category's fields by metadata: keys that are bound to none of them, values of
// another type and, when all of it must be complete, what is required and missing. A value that is nil counts as absent.
func (c Category) CheckMetadata(metadata map[string]any, complete bool) []FieldError {
	var wrong violations
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		if metadata[key] == nil {
			continue
		}
		field, bound := c.Field(key)
		if !bound {
			wrong.add(metadataPrefix+keyName(key), "is not bound to the category "+shorten(c.Name))
		} else if message := field.violation(metadata[key]); message != "" {
			wrong.add(metadataPrefix+keyName(key), message)
		}
	}
	if !complete {
		return wrong
	}
	for _, f := range c.Fields {
		if f.needed() && missing(metadata[f.Key]) {
			wrong.add(metadataPrefix+f.Key, "is required")
		}
	}
	return wrong
}

// needed reports whether a complete content has the field: what identifies a version is as required as what says so.
func (f CategoryField) needed() bool { return f.Required || f.UniqueIndexElement }

// missing reports whether a metadata value says nothing.
func missing(v any) bool {
	text, isText := v.(string)
	return v == nil || isText && strings.TrimSpace(text) == ""
}

// violation says how a value differs from the field's type, or nothing.
func (f CategoryField) violation(v any) string {
	text, isText := v.(string)
	switch f.Type {
	case FieldNumber:
		if _, ok := v.(float64); !ok {
			return "must be a number"
		}
	case FieldBoolean:
		if _, ok := v.(bool); !ok {
			return "must be true or false"
		}
	case FieldDate:
		if _, ok := ParseMoment(text); !ok {
			return "must be a date in ISO 8601 such as 2025-01-31 or 2025-01-31T10:00:00Z"
		}
	case FieldShortString:
		if !isText {
			return "must be a text"
		}
		if utf8.RuneCountInString(text) > maxShortString {
			return "must not be longer than 255 characters"
		}
	default:
		if !isText {
			return "must be a text"
		}
	}
	return ""
}

// FormMetadata turns the fields of a form, which are all text, into values of the types that the category gives them.
// Text that says no such value is refused; keys that are bound to no field stay text, for CheckMetadata to name them.
func (c Category) FormMetadata(form map[string]string) (map[string]any, []FieldError) {
	var wrong violations
	metadata := make(map[string]any, len(form))
	for _, key := range slices.Sorted(maps.Keys(form)) {
		field, _ := c.Field(key)
		value, ok := field.parse(form[key])
		if !ok {
			wrong.add(metadataPrefix+keyName(key), field.violation(form[key]))
			continue
		}
		metadata[key] = value
	}
	return metadata, wrong
}

// parse reads a form's text as a value of the field's type.
func (f CategoryField) parse(text string) (value any, ok bool) {
	switch f.Type {
	case FieldNumber:
		var number float64
		err := json.Unmarshal([]byte(text), &number) // JSON's numbers only: no NaN, no hexadecimals
		return number, err == nil && strings.TrimSpace(text) != "null"
	case FieldBoolean:
		isTrue, isFalse := strings.EqualFold(text, "true"), strings.EqualFold(text, "false")
		return isTrue, isTrue || isFalse
	}
	return text, true
}

// VersionString is shared by contents that are versions of one another: the category's name and the values of its unique
// fields in their order, lower case, joined with "_". It is empty when the category has no unique field or one of the
// values is missing: such a content stands alone.
func (c Category) VersionString(metadata map[string]any) string {
	parts := []string{c.Name}
	for _, f := range c.Fields {
		if !f.UniqueIndexElement {
			continue
		}
		value := metadata[f.Key]
		if missing(value) {
			return ""
		}
		parts = append(parts, valueText(value))
	}
	if len(parts) == 1 {
		return ""
	}
	return FoldCase(strings.Join(parts, "_"))
}

// valueText is a metadata value as text: strings as they are, everything else as JSON has it.
func valueText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	text, _ := json.Marshal(v) // it came from JSON
	return string(text)
}

// violations collects what is wrong with an input.
type violations []FieldError

func (w *violations) add(field, message string) {
	*w = append(*w, FieldError{Field: field, Message: message})
}

// text checks that a text can be stored and shown and has from least to most code points; with least 1, one of white
// space alone counts as none.
func (w *violations) text(field, text string, least, most int) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		w.add(field, "must be text without zero characters, in UTF-8")
	case least > 0 && strings.TrimSpace(text) == "":
		w.add(field, "must not be blank")
	case utf8.RuneCountInString(text) > most:
		w.add(field, "must not be longer than "+strconv.Itoa(most)+" characters")
	}
}

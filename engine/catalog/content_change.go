package catalog

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// ContentChange is what an update changes of a content. What is nil stays as it is.
type ContentChange struct {
	CategoryID *string
	Metadata   map[string]any // by key; nil removes a key
	Inference  map[string]any // by name; nil removes one
}

// Empty reports whether nothing is to be changed.
func (c ContentChange) Empty() bool {
	return c.CategoryID == nil && len(c.Metadata) == 0 && len(c.Inference) == 0
}

// Apply returns the content as it is after the change.
func (c ContentChange) Apply(content Content) Content {
	if c.CategoryID != nil {
		content.CategoryID = *c.CategoryID
	}
	content.Metadata = merged(content.Metadata, c.Metadata)
	content.Inference = merged(content.Inference, c.Inference)
	return content
}

func merged(values, changes map[string]any) map[string]any {
	all := make(map[string]any, len(values)+len(changes))
	maps.Copy(all, values)
	for key, v := range changes {
		if v == nil {
			delete(all, key)
		} else {
			all[key] = v
		}
	}
	return all
}

// Check names every violation by the change. category is the one that the content has afterwards; nil: none, and any key
// goes. Metadata that was there before is looked at only when the category is another one: its fields may have been
// changed since.
func (c ContentChange) Check(before Content, category *Category) []FieldError {
	wrong := violations(CheckValues("metadata", c.Metadata))
	for _, name := range slices.Sorted(maps.Keys(c.Inference)) {
		field := "inferenceTaskExecutions." + keyName(name)
		if id, isText := c.Inference[name].(string); isText {
			wrong.text(field, id, 1, maxInferenceID)
		} else if c.Inference[name] != nil {
			wrong.add(field, "must be the id of a task execution, or null")
		}
	}
	wrong = append(wrong, checkKeys("inferenceTaskExecutions", c.Inference)...)
	after := c.Apply(before)
	if len(after.Metadata) > maxMetadataKeys {
		wrong.add("metadata", "must not have more than "+strconv.Itoa(maxMetadataKeys)+" keys")
	}
	switch {
	case category == nil:
	case category.ID != before.CategoryID:
		wrong = append(wrong, category.CheckMetadata(after.Metadata, false)...)
	default:
		wrong = append(wrong, category.CheckMetadata(c.Metadata, false)...)
	}
	return wrong
}

// CheckValues names every violation in values by key that hold for them whatever the category: keys and texts that can
// be stored and shown.
func CheckValues(field string, values map[string]any) []FieldError {
	wrong := violations(checkKeys(field, values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		checkTexts(field+"."+keyName(key), values[key], &wrong)
	}
	return wrong
}

func checkKeys(field string, values map[string]any) (wrong violations) {
	if len(values) > maxMetadataKeys {
		wrong.add(field, "must not have more than "+strconv.Itoa(maxMetadataKeys)+" keys")
		return wrong
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		wrong.text(field+"."+keyName(key), key, 1, maxMetadataKey)
	}
	return wrong
}

// checkTexts looks into a value at any depth.
func checkTexts(field string, v any, wrong *violations) {
	switch v := v.(type) {
	case string:
		wrong.text(field, v, 0, len(v))
	case []any:
		for _, element := range v {
			checkTexts(field, element, wrong)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			wrong.text(field, key, 0, len(key))
			checkTexts(field, v[key], wrong)
		}
	}
}

// InvalidFields is the error of an input with violations; nil when there are none.
func InvalidFields(wrong []FieldError) error {
	switch len(wrong) {
	case 0:
		return nil
	case 1:
		return &Error{Code: Invalid, Message: "The field " + wrong[0].Field + " " + wrong[0].Message + ".", Fields: wrong}
	}
	return &Error{Code: Invalid, Message: "These fields are wrong: " + sentence(wrong) + ".", Fields: wrong}
}

// keyName is a key as an error names it.
func keyName(key string) string {
	if utf8.RuneCountInString(key) > maxMetadataKey {
		return shorten(key)
	}
	return key
}

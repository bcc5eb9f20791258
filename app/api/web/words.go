package web

import (
	"fmt"
	"slices"
	"strings"
)

// plainNames are JSON Schema's types in words.
var plainNames = map[string]string{"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "object", "null": "null"}

// formatNames are texts of a known form.
var formatNames = map[string]string{"date-time": "time", "date": "date", "binary": "file", "uri": "address", "uuid": "UUID", "email": "email address"}

// words say what a schema allows.
func words(schema object) []word {
	if ref, ok := schema["$ref"].(string); ok {
		return []word{{Text: referred(ref), Type: referred(ref)}}
	}
	if choices, ok := schema["anyOf"].([]any); ok {
		var all []word
		for i, choice := range choices {
			if i > 0 {
				all = append(all, word{Text: " or "})
			}
			all = append(all, words(choice.(object))...)
		}
		return all
	}
	kinds := kindsOf(schema)
	var all []word
	for i, kind := range kinds {
		if i > 0 {
			all = append(all, word{Text: " or "})
		}
		all = append(all, kindWords(kind, schema)...)
	}
	if len(kinds) == 0 {
		all = []word{{Text: "any JSON"}}
	}
	if limits := limitsOf(schema); limits != "" {
		all = append(all, word{Text: limits})
	}
	return all
}

// kindsOf are the types that a schema names.
func kindsOf(schema object) []string {
	switch kind := schema["type"].(type) {
	case string:
		return []string{kind}
	case []string:
		return kind
	case []any:
		var all []string
		for _, k := range kind {
			all = append(all, fmt.Sprint(k))
		}
		return all
	}
	return nil
}

func kindWords(kind string, schema object) []word {
	switch kind {
	case "array":
		items, _ := schema["items"].(object)
		return slices.Concat([]word{{Text: "list of "}}, words(items))
	case "object":
		values, ok := schema["additionalProperties"].(object)
		if ok && len(values) > 0 {
			return slices.Concat([]word{{Text: "object of "}}, words(values))
		}
	case "string":
		format, _ := schema["format"].(string)
		if name := formatNames[format]; name != "" {
			return []word{{Text: name}}
		}
	}
	return []word{{Text: plainNames[kind]}}
}

// limitsOf says how a schema constrains its type.
func limitsOf(schema object) string {
	var limits []string
	if values := enumOf(schema); len(values) > 0 {
		limits = append(limits, "one of "+strings.Join(values, ", "))
	}
	for _, kind := range []struct{ least, most, unit string }{{"minimum", "maximum", ""}, {"minLength", "maxLength", " characters"}, {"minItems", "maxItems", " elements"}} {
		least, bounded := schema[kind.least]
		most, both := schema[kind.most]
		switch {
		case bounded && both:
			limits = append(limits, fmt.Sprintf("%v to %v%s", least, most, kind.unit))
		case bounded:
			limits = append(limits, fmt.Sprintf("at least %v%s", least, kind.unit))
		case both:
			limits = append(limits, fmt.Sprintf("at most %v%s", most, kind.unit))
		}
	}
	if pattern, ok := schema["pattern"].(string); ok {
		limits = append(limits, "matching "+pattern)
	}
	if len(limits) == 0 {
		return ""
	}
	return ", " + strings.Join(limits, ", ")
}

func enumOf(schema object) []string {
	switch values := schema["enum"].(type) {
	case []string:
		return values
	case []any:
		var all []string
		for _, v := range values {
			all = append(all, fmt.Sprint(v))
		}
		return all
	}
	return nil
}

// sample makes a value that fits a schema, of its required members alone.
func (d *document) sample(schema object, depth int) any {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = d.schemas.named[referred(ref)].(object)
	}
	if values := enumOf(schema); len(values) > 0 {
		return values[0]
	}
	kinds := kindsOf(schema)
	if len(kinds) == 0 || depth > 3 {
		return nil
	}
	switch kinds[0] {
	case "object":
		made := object{}
		properties, _ := schema["properties"].(object)
		required, _ := schema["required"].([]string)
		for _, name := range required {
			made[name] = d.sample(properties[name].(object), depth+1)
		}
		return made
	case "array":
		items, _ := schema["items"].(object)
		return []any{d.sample(items, depth+1)}
	case "integer", "number":
		return 1
	case "boolean":
		return true
	}
	if schema["format"] == "date-time" {
		return "2026-01-31T12:00:00Z"
	}
	return "…"
}

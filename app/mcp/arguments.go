package mcp

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// arguments checks what an assistant gave against a tool's schema. The library's own check would do, but its words are
// for programmers; a model that reads which argument must be what mends its call.
type arguments struct {
	schema *jsonschema.Schema
	whole  *jsonschema.Resolved
	each   map[string]*jsonschema.Resolved
}

func newArguments(schema *jsonschema.Schema) (arguments, error) {
	a := arguments{schema: schema, each: map[string]*jsonschema.Resolved{}}
	var err error
	if a.whole, err = schema.CloneSchemas().Resolve(nil); err != nil {
		return a, err
	}
	for name, property := range schema.Properties {
		if a.each[name], err = property.CloneSchemas().Resolve(nil); err != nil {
			return a, err
		}
	}
	return a, nil
}

// read checks raw and decodes it into the struct at v, absent arguments with their defaults. null counts as absent. The
// error is Invalid and names every argument that is wrong.
func (a arguments) read(raw json.RawMessage, v any) error {
	given := map[string]any{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &given); err != nil {
			return catalog.Errorf(catalog.Invalid, "The arguments must be a JSON object.")
		}
	}
	maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
	if wrong := a.violations(given); len(wrong) > 0 {
		parts := make([]string, len(wrong))
		for i, w := range wrong {
			parts[i] = w.Field + " " + w.Message
		}
		return &catalog.Error{Code: catalog.Invalid, Message: "Wrong arguments: " + strings.Join(parts, "; ") + ".", Fields: wrong}
	}
	if err := a.whole.ApplyDefaults(&given); err != nil {
		return catalog.WrapError(catalog.Internal, "The arguments cannot be completed.", err)
	}
	complete, err := json.Marshal(given)
	if err == nil {
		err = json.Unmarshal(complete, v)
	}
	return catalog.WrapError(catalog.Internal, "The arguments cannot be read.", err)
}

// mostUnknown is how many unknown arguments are named.
const mostUnknown = 5

func (a arguments) violations(given map[string]any) (wrong []catalog.FieldError) {
	unknown := 0
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if a.each[name] == nil && unknown < mostUnknown {
			unknown++
			wrong = append(wrong, catalog.FieldError{Field: shortened(name), Message: "is no argument of this tool, which takes " + a.names()})
		}
	}
	for _, name := range a.schema.PropertyOrder {
		value, present := given[name]
		switch {
		case !present && slices.Contains(a.schema.Required, name):
			wrong = append(wrong, catalog.FieldError{Field: name, Message: "is missing"})
		case present && a.each[name].Validate(value) != nil:
			wrong = append(wrong, catalog.FieldError{Field: name, Message: "must be " + expected(a.schema.Properties[name])})
		}
	}
	return wrong
}

// names lists the arguments that there are.
func (a arguments) names() string {
	if len(a.schema.PropertyOrder) == 0 {
		return "none"
	}
	return strings.Join(a.schema.PropertyOrder, ", ")
}

// expected says what a property accepts, the way a person would.
func expected(s *jsonschema.Schema) string {
	switch {
	case s.Type == "integer" && s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("a whole number from %.0f to %.0f", *s.Minimum, *s.Maximum)
	case s.Type == "string" && s.Pattern != "":
		return fmt.Sprintf("a text that is not blank, of at most %d characters", *s.MaxLength)
	case s.Type == "string" && s.MaxLength != nil:
		return fmt.Sprintf("a text of at most %d characters", *s.MaxLength)
	case s.Type == "string":
		return "a text"
	}
	return "an object"
}

// shortened keeps a name that an assistant made up from filling the answer.
func shortened(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}

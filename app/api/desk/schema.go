package desk

import (
	"encoding/json"
	"reflect"
	"strings"
)

// schemas turns Go types into JSON Schema (2020-12), structs by reference to a named component.
type schemas struct {
	named object
	enums map[string][]any
}

func newSchemas() *schemas { return &schemas{named: object{}, enums: enums()} }

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// of returns the schema of v's type.
func (s *schemas) of(v any) object { return s.schema(reflect.TypeOf(v)) }

func (s *schemas) schema(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == typeOf[json.RawMessage](), t.Name() == "Filter":
		return object{"type": "object", "additionalProperties": true}
	}
	switch t.Kind() {
	case reflect.String:
		return s.text(t)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": "array", "items": s.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.schema(t.Elem())}
	case reflect.Pointer:
		return nullable(s.schema(t.Elem()))
	case reflect.Struct:
		return s.reference(t)
	}
	return object{} // an interface: anything
}

func (s *schemas) text(t reflect.Type) object {
	values, fixed := s.enums[t.Name()]
	if !fixed {
		return object{"type": "string"}
	}
	s.named[t.Name()] = object{"type": "string", "enum": values}
	return object{"$ref": "#/components/schemas/" + t.Name()}
}

func (s *schemas) reference(t reflect.Type) object {
	ref := object{"$ref": "#/components/schemas/" + t.Name()}
	if _, known := s.named[t.Name()]; known {
		return ref
	}
	schema := object{"type": "object"}
	s.named[t.Name()] = schema // before the members, so that types may refer to themselves
	properties, required := object{}, []string{}
	s.members(t, properties, &required)
	schema["properties"] = properties
	if len(required) > 0 {
		schema["required"] = required
	}
	return ref
}

// members adds the fields of t; embedded structs lie flat, as encoding/json has them.
func (s *schemas) members(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			s.members(f.Type, properties, required)
		case name == "-" || name == "" || !f.IsExported():
		case strings.Contains(options, "omitempty"):
			elem := f.Type
			if elem.Kind() == reflect.Pointer {
				elem = elem.Elem()
			}
			properties[name] = s.schema(elem)
		default:
			properties[name] = s.schema(f.Type)
			*required = append(*required, name)
		}
	}
}

func nullable(schema object) object {
	if kind, ok := schema["type"].(string); ok {
		schema["type"] = []string{kind, "null"}
		return schema
	}
	return object{"anyOf": []any{schema, object{"type": "null"}}}
}

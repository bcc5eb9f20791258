package web

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// Enumerated is a text type with a fixed set of values.
type Enumerated interface{ Values() []any }

// Described is a type that says itself what its JSON looks like, because it encodes itself.
type Described interface{ JSONSchema() map[string]any }

// schemas turns Go types into JSON Schema (2020-12), structs and enumerations by reference to a named component.
//
// A member without omitempty is required; a pointer is nullable. Tags constrain a member: doc, format, pattern, enum
// (values between bars), minLength, maxLength (code points), minimum, maximum.
type schemas struct {
	named  object
	types  map[string]reflect.Type // whose name it is
	prefix map[string]string       // by import path
	enums  map[reflect.Type][]any
	err    error // the first name that two types have
}

type object = map[string]any

func newSchemas() *schemas {
	return &schemas{named: object{}, types: map[string]reflect.Type{}, prefix: map[string]string{}, enums: nouns()}
}

var (
	timeType       = reflect.TypeFor[time.Time]()
	rawType        = reflect.TypeFor[json.RawMessage]()
	fileType       = reflect.TypeFor[File]()
	enumeratedType = reflect.TypeFor[Enumerated]()
	describedType  = reflect.TypeFor[Described]()
	textType       = reflect.TypeFor[encoding.TextMarshaler]()
)

// of returns the schema of v's type.
func (s *schemas) of(v any) object { return s.schema(reflect.TypeOf(v)) }

func (s *schemas) schema(t reflect.Type) object {
	switch {
	case t.Kind() == reflect.Interface:
		return object{} // anything
	case t.Kind() == reflect.Pointer:
		return nullable(s.schema(t.Elem()))
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == fileType:
		return object{"type": "string", "format": "binary"}
	case t == rawType, t.Name() == "Filter":
		return object{"type": "object", "additionalProperties": true}
	case t.Implements(describedType):
		return reflect.Zero(t).Interface().(Described).JSONSchema()
	case t.Kind() == reflect.String:
		return s.text(t)
	case t.Implements(textType):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": s.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.schema(t.Elem())}
	case reflect.Struct:
		return s.structure(t)
	}
	return object{}
}

func (s *schemas) text(t reflect.Type) object {
	values, fixed := s.enums[t]
	if t.Implements(enumeratedType) {
		values, fixed = reflect.Zero(t).Interface().(Enumerated).Values(), true
	}
	if !fixed {
		return object{"type": "string"}
	}
	ref, known := s.claim(t)
	if !known {
		s.named[s.name(t)] = object{"type": "string", "enum": values}
	}
	return ref
}

func (s *schemas) structure(t reflect.Type) object {
	if t.Name() == "" {
		schema := object{"type": "object"}
		s.describe(t, schema)
		return schema
	}
	ref, known := s.claim(t)
	if !known {
		schema := object{"type": "object"}
		s.named[s.name(t)] = schema // before the members, so that types may refer to themselves
		s.describe(t, schema)
	}
	return ref
}

// claim returns the reference to t's component; known is false when the component has yet to be made.
func (s *schemas) claim(t reflect.Type) (ref object, known bool) {
	name := s.name(t)
	owner, known := s.types[name]
	if known && owner != t && s.err == nil {
		s.err = fmt.Errorf("%v and %v would share the schema %q: rename one or give its group a prefix", owner, t, name)
	}
	s.types[name] = t
	return object{"$ref": "#/components/schemas/" + name}, known
}

// name is t's name among the components. Type arguments follow: List[catalog.Content] is ListContent.
func (s *schemas) name(t reflect.Type) string {
	base, arguments, _ := strings.Cut(t.Name(), "[")
	name := s.prefix[t.PkgPath()] + base
	for argument := range strings.FieldsFuncSeq(arguments, func(r rune) bool { return strings.ContainsRune("[],*", r) }) {
		word := []rune(argument[strings.LastIndexAny(argument, "./")+1:])
		word[0] = unicode.ToUpper(word[0])
		name += string(word)
	}
	return name
}

func (s *schemas) describe(t reflect.Type, schema object) {
	properties, required := object{}, []string{}
	s.members(t, properties, &required)
	schema["properties"] = properties
	if len(required) > 0 {
		schema["required"] = required
	}
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
		case strings.Contains(options, "omitempty"), strings.Contains(options, "omitzero"):
			elem := f.Type
			if elem.Kind() == reflect.Pointer {
				elem = elem.Elem()
			}
			properties[name] = constrained(s.schema(elem), f.Tag)
		default:
			properties[name] = constrained(s.schema(f.Type), f.Tag)
			*required = append(*required, name)
		}
	}
}

// constrained adds what the tags of a member say.
func constrained(schema object, tag reflect.StructTag) object {
	for key, member := range map[string]string{"doc": "description", "format": "format", "pattern": "pattern"} {
		if text := tag.Get(key); text != "" {
			schema[member] = text
		}
	}
	for _, key := range []string{"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"} {
		if text := tag.Get(key); text != "" {
			schema[key] = json.Number(text)
		}
	}
	if text := tag.Get("enum"); text != "" {
		values := []any{}
		for value := range strings.SplitSeq(text, "|") {
			values = append(values, value)
		}
		schema["enum"] = values
	}
	return schema
}

func nullable(schema object) object {
	if kind, ok := schema["type"].(string); ok {
		schema["type"] = []string{kind, "null"}
		return schema
	}
	if len(schema) == 0 {
		return schema
	}
	return object{"anyOf": []any{schema, object{"type": "null"}}}
}

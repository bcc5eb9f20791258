package web

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Hold notes where what was decoded into the struct at in breaks what the tags of its members promise in the document:
// minLength and maxLength (code points), minimum, maximum, minItems, maxItems, enum. A member that is optional may be
// absent; a text that must have a length may not. What was found wrong already is left alone.
func (v *Violations) Hold(in any) { holdStruct(reflect.ValueOf(in).Elem(), "", v) }

func holdStruct(s reflect.Value, name string, wrong *Violations) {
	for i := range s.NumField() {
		field := s.Type().Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := below(name, key)
		switch {
		case field.Anonymous && key == "" && field.Type.Kind() == reflect.Struct:
			holdStruct(s.Field(i), name, wrong)
		case key == "" || key == "-" || wrong.within(at) || s.Field(i).IsZero() && optional(field):
		default:
			holdMember(s.Field(i), field.Tag, at, wrong)
		}
	}
}

func holdMember(m reflect.Value, tag reflect.StructTag, name string, wrong *Violations) {
	for m.Kind() == reflect.Pointer {
		if m.IsNil() {
			return
		}
		m = m.Elem()
	}
	switch m.Kind() {
	case reflect.String:
		holdText(m.String(), tag, name, wrong)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		holdNumber(float64(m.Int()), tag, "minimum", "maximum", "must be ", name, wrong)
	case reflect.Float32, reflect.Float64:
		holdNumber(m.Float(), tag, "minimum", "maximum", "must be ", name, wrong)
	case reflect.Map:
		holdNumber(float64(m.Len()), tag, "minItems", "maxItems", "must have as many elements: ", name, wrong)
	case reflect.Slice:
		holdNumber(float64(m.Len()), tag, "minItems", "maxItems", "must have as many elements: ", name, wrong)
		for i := range m.Len() {
			if composed(m.Type().Elem()) {
				holdMember(m.Index(i), "", elementOf(name, i), wrong)
			}
		}
	case reflect.Struct:
		if composed(m.Type()) {
			holdStruct(m, name, wrong)
		}
	}
}

func holdText(text string, tag reflect.StructTag, name string, wrong *Violations) {
	if allowed := tag.Get("enum"); allowed != "" && !slices.Contains(strings.Split(allowed, "|"), text) {
		wrong.Add(name, "must be one of "+strings.ReplaceAll(allowed, "|", ", "))
		return
	}
	least, most := number(tag, "minLength", 0), number(tag, "maxLength", 1<<52)
	wrong.Length(name, text, int(least), int(most))
}

func holdNumber(n float64, tag reflect.StructTag, minimum, maximum, must, name string, wrong *Violations) {
	if least := tag.Get(minimum); least != "" && n < number(tag, minimum, 0) {
		wrong.Add(name, must+"at least "+least)
	}
	if most := tag.Get(maximum); most != "" && n > number(tag, maximum, 0) {
		wrong.Add(name, must+"at most "+most)
	}
}

// number is the value of a tag, or absent when there is none.
func number(tag reflect.StructTag, key string, absent float64) float64 {
	n, err := strconv.ParseFloat(tag.Get(key), 64)
	if err != nil {
		return absent // a malformed tag fails the making of the document
	}
	return n
}

func optional(field reflect.StructField) bool {
	_, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
}

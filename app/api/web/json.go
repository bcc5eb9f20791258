package web

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// Write answers v as JSON. Lists and maps that are nil are written as empty ones, so that a client never meets null
// where the contract says array.
func Write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if status == http.StatusNoContent {
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(Stall)) // not supported in-process, where nobody is slow
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(filled(reflect.ValueOf(v)).Interface()) // the client is gone; there is nobody to tell
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// filled returns v with nil lists and maps replaced by empty ones, at any depth. v itself is not changed.
func filled(v reflect.Value) reflect.Value {
	if !v.IsValid() {
		return reflect.ValueOf((*struct{})(nil))
	}
	if v.Type().Implements(marshaler) {
		return v
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return v
		}
		inner := filled(v.Elem())
		if v.Kind() == reflect.Interface {
			return inner
		}
		p := reflect.New(inner.Type())
		p.Elem().Set(inner)
		return p
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			list.Index(i).Set(filled(v.Index(i)))
		}
		return list
	case reflect.Map:
		m := reflect.MakeMapWithSize(v.Type(), v.Len())
		for key, value := range v.Seq2() {
			if value = filled(value); value.IsValid() && value.Type().AssignableTo(v.Type().Elem()) {
				m.SetMapIndex(key, value)
			}
		}
		return m
	case reflect.Struct:
		s := reflect.New(v.Type()).Elem()
		s.Set(v)
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && field.Tag.Get("json") != "-" {
				if in := v.Field(i); !omitted(field, in) {
					s.Field(i).Set(filled(in))
				}
			}
		}
		return s
	}
	return v
}

// omitted reports whether the encoder leaves the field out or must see it as it is.
func omitted(field reflect.StructField, v reflect.Value) bool {
	return v.IsZero() && (strings.Contains(field.Tag.Get("json"), ",omitempty") || v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer)
}

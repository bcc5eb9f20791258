package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// MaxJSON is the largest JSON body that is read, in bytes.
const MaxJSON = 1 << 20

// bodyTime is how long a client may take to send a JSON body.
const bodyTime = 30 * time.Second

// Write answers v as JSON. Lists and maps that are nil are written as empty ones, so that a client never meets null
// where the contract says array.
func Write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if status == http.StatusNoContent {
		return
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(filled(reflect.ValueOf(v)).Interface()) // the client is gone; there is nobody to tell
}

// Decode reads the body as one JSON object into the struct at v. Unknown fields are ignored; null leaves a field as it
// is; every wrong type is reported at once, each by the name of its field. An empty body counts as {}.
func Decode(w http.ResponseWriter, r *http.Request, v any) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime)) // not supported in-process, where bodies do not stall
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxJSON))
	if err != nil {
		return broken(err)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return DecodeBytes(body, v)
}

// DecodeBytes is Decode for a body that has been read.
func DecodeBytes(body []byte, v any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if !json.Valid(body) {
		return catalog.Errorf(catalog.Invalid, "The request body is not valid JSON.")
	}
	var wrong Violations
	fill(reflect.ValueOf(v).Elem(), body, "", &wrong)
	return wrong.Err()
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// fill decodes raw into v field by field and collects every mismatch.
func fill(v reflect.Value, raw []byte, name string, wrong *Violations) {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return
	}
	if v.Kind() != reflect.Struct || v.Addr().Type().Implements(unmarshaler) {
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			wrong.Add(name, "must be "+expected(v.Type()))
		}
		return
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		wrong.Add(name, "must be an object")
		return
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && key == "" {
			fill(v.Field(i), raw, name, wrong)
			continue
		}
		member, present := members[key]
		if !present || key == "" || key == "-" {
			continue
		}
		path := key
		if name != "" {
			path = name + "." + key
		}
		fill(v.Field(i), member, path, wrong)
	}
}

// expected names a type the way a person would.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return expected(t.Elem())
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return "a list of texts"
		}
		return "a list"
	}
	return "an object"
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

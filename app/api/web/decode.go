package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// MaxJSON is the largest JSON body that is read where the route does not say otherwise, in bytes.
const MaxJSON = 1 << 20

// bodyTime is how long a client may take to send a JSON body.
const bodyTime = 30 * time.Second

// Decode reads the body as one JSON object into the struct at v. Unknown fields are ignored; null leaves a field as it
// is, unless its type decodes itself; an empty body counts as {}. Refused are wrong types, numbers beyond the range,
// names that occur twice, text that is not UTF-8 or holds NUL, and nesting beyond 64 levels: all of it at once, each by
// the name of its field. What Hold finds is reported along with that; alone it is left to the caller, who may have more
// to say about the same input.
func Decode(w http.ResponseWriter, r *http.Request, v any) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime)) // not supported in-process, where bodies do not stall
	if _, ok := r.Body.(bounded); !ok {
		r.Body = http.MaxBytesReader(w, r.Body, MaxJSON)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return broken(err)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	if len(bytes.TrimSpace(body)) > 0 && !isJSON(r.Header.Get("Content-Type")) {
		return WrongField("Content-Type", "must be application/json in UTF-8")
	}
	return DecodeBytes(body, v)
}

// isJSON reports whether a Content-Type, which may be absent, announces JSON.
func isJSON(header string) bool {
	if header == "" {
		return true
	}
	media, parameters, err := mime.ParseMediaType(header)
	charset := parameters["charset"]
	return err == nil && (media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")) &&
		(charset == "" || strings.EqualFold(charset, "utf-8"))
}

// DecodeBytes is Decode for a body that has been read.
func DecodeBytes(body []byte, v any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		if at, ok := errors.AsType[*json.SyntaxError](err); ok {
			return catalog.Errorf(catalog.Invalid, "The request body is not valid JSON (at byte %d).", at.Offset)
		}
		return catalog.WrapError(catalog.Invalid, "The request body is not valid JSON.", err)
	}
	var wrong Violations
	if err := inspect(body, &wrong); err != nil {
		return err
	}
	fill(reflect.ValueOf(v).Elem(), body, "", &wrong)
	if len(wrong.list) > 0 && !wrong.Has("") && reflect.TypeOf(v).Elem().Kind() == reflect.Struct {
		wrong.Hold(v)
	}
	return wrong.Err()
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// fill decodes raw into v field by field and collects every mismatch that inspect has not reported already.
func fill(v reflect.Value, raw []byte, name string, wrong *Violations) {
	own := v.Addr().Type().Implements(unmarshaler)
	if !own && isNull(raw) {
		return
	}
	switch {
	case own:
	case v.Kind() == reflect.Struct:
		fillStruct(v, raw, name, wrong)
		return
	case v.Kind() == reflect.Pointer && composed(v.Type().Elem()):
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem(), raw, name, wrong)
		return
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		fillList(v, raw, name, wrong)
		return
	}
	if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil && !wrong.within(name) {
		wrong.Add(name, "must be "+expected(v.Type()))
	}
}

func isNull(raw []byte) bool { return bytes.Equal(bytes.TrimSpace(raw), []byte("null")) }

// composed reports whether values of t have named parts, so that an error can say which part is wrong.
func composed(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return false
	}
	return t.Kind() == reflect.Struct || (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) && composed(t.Elem())
}

func fillStruct(v reflect.Value, raw []byte, name string, wrong *Violations) {
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
		if member, present := members[key]; present && key != "" && key != "-" {
			fill(v.Field(i), member, below(name, key), wrong)
		}
	}
}

// fillList reports a wrong scalar as a violation of the list, and what is wrong within an element by its place.
func fillList(v reflect.Value, raw []byte, name string, wrong *Violations) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		wrong.Add(name, "must be "+expected(v.Type()))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(elements), len(elements))
	parts := composed(v.Type().Elem())
	for i, element := range elements {
		switch {
		case string(element) == "null" && !absentable(v.Type().Elem()) && parts:
			wrong.Add(elementOf(name, i), "must be "+expected(v.Type().Elem()))
		case parts:
			fill(list.Index(i), element, elementOf(name, i), wrong)
		case string(element) == "null" && !absentable(v.Type().Elem()) || json.Unmarshal(element, list.Index(i).Addr().Interface()) != nil:
			if !wrong.within(name) {
				wrong.Add(name, "must be "+expected(v.Type()))
			}
		}
	}
	v.Set(list)
}

// absentable reports whether a value of t can stand for null.
func absentable(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface || t.Kind() == reflect.Map || reflect.PointerTo(t).Implements(unmarshaler)
}

// below names a member of what name names.
func below(name, key string) string {
	if name == "" {
		return key
	}
	return name + "." + key
}

// elementOf names an element of the list that name names.
func elementOf(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

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

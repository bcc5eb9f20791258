package engine

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// violations collects everything that is wrong with an input, so that all of it is reported at once.
type violations []catalog.FieldError

// add notes that a field is wrong; message continues "The field name …".
func (v *violations) add(field, message string) {
	*v = append(*v, catalog.FieldError{Field: field, Message: message})
}

// name checks what a person calls a thing.
func (v *violations) name(field, text string) {
	if strings.TrimSpace(text) == "" {
		v.add(field, "must not be blank")
		return
	}
	v.text(field, text, maxName)
}

// text checks that text can be stored and has at most so many code points.
func (v *violations) text(field, text string, most int) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		v.add(field, "must be valid text")
	case utf8.RuneCountInString(text) > most:
		v.add(field, "must not have more than "+strconv.Itoa(most)+" characters")
	}
}

// err is nil, or Invalid with all violations.
func (v violations) err() error {
	if len(v) == 0 {
		return nil
	}
	if len(v) == 1 {
		return &catalog.Error{Code: catalog.Invalid, Message: "The field " + v[0].Field + " " + v[0].Message + ".", Fields: v}
	}
	names := make([]string, len(v))
	for i, f := range v {
		names[i] = f.Field
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "These fields have wrong values: " + strings.Join(names, ", ") + ".", Fields: v}
}

// element names one element of a list in a violation.
func element(field string, at int) string { return field + "[" + strconv.Itoa(at) + "]" }

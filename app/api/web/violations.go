package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Violations collects everything that is wrong with an input, so that all of it is reported at once. The zero value is
// ready.
type Violations struct{ list []catalog.FieldError }

// Add notes that field is wrong; message continues "The field name …".
func (v *Violations) Add(field, message string) {
	v.list = append(v.list, catalog.FieldError{Field: field, Message: message})
}

// Has reports whether field was found wrong already.
func (v *Violations) Has(field string) bool {
	return slices.ContainsFunc(v.list, func(f catalog.FieldError) bool { return f.Field == field })
}

// within reports whether field or a part of it was found wrong already.
func (v *Violations) within(field string) bool {
	return slices.ContainsFunc(v.list, func(f catalog.FieldError) bool {
		rest, ok := strings.CutPrefix(f.Field, field)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[' || field == "")
	})
}

// Length notes when text has fewer than least or more than most characters, counted in code points; with least 1 or
// more, text of white space alone counts as none.
func (v *Violations) Length(field, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n > most:
		v.Add(field, "must have at most "+strconv.Itoa(most)+" characters")
	case least > 0 && strings.TrimSpace(text) == "":
		v.Add(field, "must not be blank")
	case n < least:
		v.Add(field, "must have at least "+strconv.Itoa(least)+" characters")
	}
}

// Merge takes over the fields of err and reports whether it was an Invalid error with fields. Any other error is not
// about the input and is the caller's.
func (v *Violations) Merge(err error) bool {
	e, ok := errors.AsType[*catalog.Error](err)
	if !ok || e.Code != catalog.Invalid || len(e.Fields) == 0 {
		return false
	}
	v.list = append(v.list, e.Fields...)
	return true
}

// Err is nil, or Invalid with all violations in the order in which they were found.
func (v *Violations) Err() error {
	switch len(v.list) {
	case 0:
		return nil
	case 1:
		return WrongField(v.list[0].Field, v.list[0].Message)
	}
	var names []string
	for _, f := range v.list {
		if !slices.Contains(names, f.Field) {
			names = append(names, f.Field)
		}
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "These fields have wrong values: " + strings.Join(names, ", ") + ".", Fields: v.list}
}

// WrongField is Invalid for one field; the message continues "The field name …". An empty field means the whole body.
func WrongField(field, message string) error {
	if field == "" {
		return catalog.Errorf(catalog.Invalid, "The request body %s.", message)
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "The field " + field + " " + message + ".",
		Fields: []catalog.FieldError{{Field: field, Message: message}}}
}

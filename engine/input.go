package engine

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// wrongFields collects everything that is wrong with an input, so that all of it is reported at once.
type wrongFields []catalog.FieldError

// add notes that field is wrong; message continues "The …".
func (w *wrongFields) add(field, message string) {
	*w = append(*w, catalog.FieldError{Field: field, Message: message})
}

// checkText notes text that is not valid, blank although least is 1, or longer than most code points.
func (w *wrongFields) checkText(field, text string, least, most int) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		w.add(field, "must be text without NUL")
	case least > 0 && strings.TrimSpace(text) == "":
		w.add(field, "must not be blank")
	case utf8.RuneCountInString(text) > most:
		w.add(field, "must have at most "+strconv.Itoa(most)+" characters")
	}
}

// err is nil, or Invalid with all that is wrong.
func (w wrongFields) err() error {
	switch len(w) {
	case 0:
		return nil
	case 1:
		return &catalog.Error{Code: catalog.Invalid, Message: "The " + w[0].Field + " " + w[0].Message + ".", Fields: w}
	}
	names := make([]string, len(w))
	for i, f := range w {
		names[i] = f.Field
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "These fields have wrong values: " + strings.Join(names, ", ") + ".", Fields: w}
}

// wrongField is Invalid for one field.
func wrongField(field, message string) error {
	var w wrongFields
	w.add(field, message)
	return w.err()
}

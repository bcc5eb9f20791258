package web

import (
	"net/url"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Query reads parameters of an address and collects every violation.
type Query struct {
	values url.Values
	wrong  []catalog.FieldError
}

// ReadQuery begins reading.
func ReadQuery(u *url.URL) *Query { return &Query{values: u.Query()} }

// Text returns a parameter, "" when absent.
func (q *Query) Text(name string) string { return q.values.Get(name) }

// Int returns a whole number between least and most, or absent when there is none.
func (q *Query) Int(name string, absent, least, most int) int {
	text := q.values.Get(name)
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		q.wrong = append(q.wrong, catalog.FieldError{Field: name,
			Message: "must be a whole number from " + strconv.Itoa(least) + " to " + strconv.Itoa(most)})
		return absent
	}
	return n
}

// Bool returns true or false, false when absent.
func (q *Query) Bool(name string) bool {
	switch q.values.Get(name) {
	case "", "false", "0":
		return false
	case "true", "1":
		return true
	}
	q.wrong = append(q.wrong, catalog.FieldError{Field: name, Message: "must be true or false"})
	return false
}

// Err is nil, or Invalid with all violations.
func (q *Query) Err() error {
	if len(q.wrong) == 0 {
		return nil
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "The parameter " + q.wrong[0].Field + " " + q.wrong[0].Message + ".", Fields: q.wrong}
}

package web

import (
	"net/url"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Query reads parameters of an address and collects every violation. A parameter may be given once, unless it is read
// by All.
type Query struct {
	Violations
	values url.Values
}

// ReadQuery begins reading.
func ReadQuery(u *url.URL) *Query {
	values, err := url.ParseQuery(u.RawQuery)
	q := &Query{values: values}
	if err != nil {
		q.Add("?", "is malformed")
	}
	return q
}

// Has reports whether a parameter is given, be it empty.
func (q *Query) Has(name string) bool { return q.values.Has(name) }

// Text returns a parameter, "" when absent.
func (q *Query) Text(name string) string {
	if len(q.values[name]) > 1 && !q.Violations.Has(name) {
		q.Add(name, "may be given only once")
	}
	return q.sound(name, q.values.Get(name))
}

// All returns every value of a parameter, in the order given.
func (q *Query) All(name string) []string {
	for _, value := range q.values[name] {
		q.sound(name, value)
	}
	return q.values[name]
}

func (q *Query) sound(name, value string) string {
	if !plain(value) && !q.Violations.Has(name) {
		q.Add(name, notText)
	}
	return value
}

// Int returns a whole number between least and most, or absent when the parameter is not given.
func (q *Query) Int(name string, absent, least, most int) int {
	if !q.Has(name) {
		return absent
	}
	n, err := strconv.Atoi(q.Text(name))
	if err != nil || n < least || n > most {
		if !q.Violations.Has(name) {
			q.Add(name, "must be a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
		}
		return absent
	}
	return n
}

// Bool returns true or false, false when the parameter is not given.
func (q *Query) Bool(name string) bool {
	if !q.Has(name) {
		return false
	}
	switch q.Text(name) {
	case "false", "0":
		return false
	case "true", "1":
		return true
	}
	if !q.Violations.Has(name) {
		q.Add(name, "must be true or false")
	}
	return false
}

// Err is nil, or Invalid with all violations.
func (q *Query) Err() error {
	if len(q.list) == 1 && q.list[0].Field == "?" {
		return &catalog.Error{Code: catalog.Invalid, Message: "The part of the address after ? is malformed.", Fields: q.list}
	}
	if len(q.list) == 1 {
		return &catalog.Error{Code: catalog.Invalid, Message: "The parameter " + q.list[0].Field + " " + q.list[0].Message + ".", Fields: q.list}
	}
	return q.Violations.Err()
}

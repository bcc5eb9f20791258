package web

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep a JSON body may be nested.
const maxDepth = 64

// inspect looks for what encoding/json lets pass in valid JSON: names that occur twice in one object, text that is not
// UTF-8 or holds NUL or half a character, numbers that no float64 can hold. The error is for nesting alone.
func inspect(valid []byte, wrong *Violations) error {
	i := inspection{rest: valid, wrong: wrong}
	if i.value("", 0); i.deep {
		return WrongField("", "is nested deeper than "+strconv.Itoa(maxDepth)+" levels")
	}
	return nil
}

// inspection walks through valid JSON from its beginning to its end.
type inspection struct {
	rest  []byte
	wrong *Violations
	deep  bool
}

func (i *inspection) value(name string, depth int) {
	if depth > maxDepth {
		i.deep = true
	}
	if i.deep {
		return
	}
	switch i.next() {
	case '{':
		i.object(name, depth)
	case '[':
		i.list(name, depth)
	case '"':
		if !sound(i.text()) {
			i.report(name, notText)
		}
	default:
		i.scalar(name)
	}
}

// next skips white space and returns the byte after it.
func (i *inspection) next() byte {
	i.rest = bytes.TrimLeft(i.rest, " \t\r\n")
	return i.rest[0]
}

// over reports whether the object or list ends here, and steps over its end or over the comma.
func (i *inspection) over(end byte) bool {
	switch i.next() {
	case end:
		i.rest = i.rest[1:]
		return true
	case ',':
		i.rest = i.rest[1:]
	}
	return false
}

func (i *inspection) object(name string, depth int) {
	seen := map[string]bool{}
	for i.rest = i.rest[1:]; !i.deep && !i.over('}'); {
		i.next()
		raw := i.text()
		var key string
		_ = json.Unmarshal(raw, &key) // it is valid
		switch member := below(name, clean(key)); {
		case !sound(raw):
			i.report(member, "has a name that is not text")
		case seen[key]:
			i.report(member, "occurs twice")
		}
		seen[key] = true
		i.next()
		i.rest = i.rest[1:] // the colon
		i.value(below(name, clean(key)), depth+1)
	}
}

func (i *inspection) list(name string, depth int) {
	i.rest = i.rest[1:]
	for n := 0; !i.deep && !i.over(']'); n++ {
		i.value(elementOf(name, n), depth+1)
	}
}

// text steps over a string and returns it with its quotes.
func (i *inspection) text() []byte {
	end := 1
	for i.rest[end] != '"' {
		if i.rest[end] == '\\' {
			end++
		}
		end++
	}
	raw := i.rest[:end+1]
	i.rest = i.rest[end+1:]
	return raw
}

// scalar steps over a number, true, false or null.
func (i *inspection) scalar(name string) {
	end := bytes.IndexAny(i.rest, ",]} \t\r\n")
	if end < 0 {
		end = len(i.rest)
	}
	word := string(i.rest[:end])
	i.rest = i.rest[end:]
	if word[0] == '-' || word[0] >= '0' && word[0] <= '9' {
		if _, err := strconv.ParseFloat(word, 64); err != nil {
			i.report(name, "is a number beyond the range")
		}
	}
}

// report adds a violation once a field.
func (i *inspection) report(name, message string) {
	if !i.wrong.Has(name) {
		i.wrong.Add(name, message)
	}
}

// sound reports whether a JSON string holds text: valid UTF-8, no NUL, no half of a surrogate pair.
func sound(raw []byte) bool {
	if !utf8.Valid(raw) {
		return false
	}
	for at := bytes.IndexByte(raw, '\\'); at >= 0 && at < len(raw); {
		step := 2
		if raw[at+1] == 'u' {
			first := unit(raw[at:])
			step = 6
			switch {
			case first == 0:
				return false
			case utf16.IsSurrogate(first):
				if len(raw) < at+12 || raw[at+6] != '\\' || raw[at+7] != 'u' || utf16.DecodeRune(first, unit(raw[at+6:])) == utf8.RuneError {
					return false
				}
				step = 12
			}
		}
		following := bytes.IndexByte(raw[at+step:], '\\')
		if following < 0 {
			return true
		}
		at += step + following
	}
	return true
}

// unit reads \uXXXX.
func unit(escape []byte) rune {
	n, _ := strconv.ParseUint(string(escape[2:6]), 16, 16) // it is valid
	return rune(n)
}

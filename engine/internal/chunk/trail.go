package chunk

import (
	"strings"
	"unicode/utf8"
)

// trail is the way to a place in a document: its title and the headings that the place lies beneath.
type trail struct {
	title    string
	headings []step
	joined   string // of both; empty when it has to be made anew
}

type step struct {
	level int
	text  string
}

// enter begins the section of a heading: those of its level and below end.
func (t *trail) enter(level int, heading string) {
	for len(t.headings) > 0 && t.headings[len(t.headings)-1].level >= level {
		t.headings = t.headings[:len(t.headings)-1]
	}
	t.headings = append(t.headings, step{level, strings.Join(strings.Fields(heading), " ")})
	t.joined = ""
}

func (t *trail) String() string {
	if t.joined != "" {
		return t.joined
	}
	parts := make([]string, 0, 1+len(t.headings))
	if t.title != "" {
		parts = append(parts, t.title)
	}
	for _, h := range t.headings {
		if len(parts) == 0 || parts[len(parts)-1] != h.text {
			parts = append(parts, h.text)
		}
	}
	t.joined = shortened(strings.Join(parts, separator))
	return t.joined
}

func shortened(s string) string {
	if len(s) <= maxContext {
		return s
	}
	if utf8.RuneCountInString(s) <= maxContext {
		return s
	}
	n := 0
	for i := range s {
		if n == maxContext {
			return s[:i]
		}
		n++
	}
	return s
}

package mcp

import (
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lengths remembers how long the pages of the document are that was read last, so that going on with a long one does
// not read it from the beginning each time. A document that has changed is another one.
type lengths struct {
	mu       sync.Mutex
	document reading
	pages    map[int]int // code points by page number
}

// reading is a document as it was at one time.
type reading struct {
	id, sha256 string
	updated    time.Time
	pages      int
}

func readingOf(c catalog.Content) reading { return reading{c.ID, c.SHA256, c.UpdatedAt, c.PageCount} }

// of returns the length of a page, if it is known.
func (l *lengths) of(document reading, page int) (length int, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.document != document {
		return 0, false
	}
	length, known = l.pages[page]
	return length, known
}

// note remembers the length of a page.
func (l *lengths) note(document reading, page, length int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.document != document {
		l.document, l.pages = document, map[int]int{}
	}
	l.pages[page] = length
}

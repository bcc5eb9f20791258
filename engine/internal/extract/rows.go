package extract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const cellGap = " · "

// rows writes the rows of one table so that each can be read alone: with a header `Name: x · Amount: 3`, without one
// `x · 3`. Empty cells are left out.
type rows struct {
	w      *writer
	header []string
	seen   int // rows so far
}

// add writes one row; isHeader makes it the header of those after it.
func (r *rows) add(cells []string, isHeader bool) {
	r.seen++
	if isHeader && r.header == nil && filled(cells) > 1 {
		r.header = make([]string, len(cells))
		for i, c := range cells {
			r.header[i] = strings.TrimSuffix(spaced(c), ":")
		}
		return
	}
	var b strings.Builder
	for i, c := range cells {
		c = spaced(c)
		if c == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(cellGap)
		}
		if i < len(r.header) && r.header[i] != "" {
			b.WriteString(r.header[i])
			b.WriteString(": ")
		}
		b.WriteString(c)
	}
	r.w.block(catalog.BlockTableRow, 0, b.String())
}

// end writes a header that no row followed.
func (r *rows) end() {
	if r.header != nil && r.seen == 1 {
		r.w.block(catalog.BlockTableRow, 0, strings.Join(r.header, cellGap))
	}
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// looksLikeHeader tells names of columns from values: several short, different words and no number among them.
func looksLikeHeader(cells []string) bool {
	if len(cells) < 2 {
		return false
	}
	seen := make(map[string]bool, len(cells))
	for _, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if c == "" || len(c) > 80 || seen[c] || strings.ContainsRune("0123456789-+", rune(c[0])) || strings.ContainsAny(c, "@\n") {
			return false
		}
		seen[c] = true
	}
	return true
}

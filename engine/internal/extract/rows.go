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
	used   []bool // names of columns that a row has carried
	seen   int    // rows so far
}

// add writes one row; isHeader makes it the header of those after it.
func (r *rows) add(cells []string, isHeader bool) {
	r.seen++
	if isHeader && r.header == nil && filled(cells) > 1 {
		r.header, r.used = make([]string, len(cells)), make([]bool, len(cells))
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
			r.used[i] = true
		}
		b.WriteString(c)
	}
	r.w.block(catalog.BlockTableRow, 0, b.String())
}

// end writes the names of columns that no row has carried.
func (r *rows) end() {
	var unused []string
	for i, name := range r.header {
		if name != "" && !r.used[i] {
			unused = append(unused, name)
		}
	}
	r.w.block(catalog.BlockTableRow, 0, strings.Join(unused, cellGap))
	r.header, r.used = nil, nil
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

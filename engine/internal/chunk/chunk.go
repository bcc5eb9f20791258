package chunk

import (
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func Split(d catalog.Document) (out []catalog.Passage) {
	for _, p := range d.Pages {
		r := []rune(p.Text)
		for i := 0; i < len(r); i += 900 {
			e := min(i+900, len(r))
			out = append(out, catalog.Passage{Page: p.Number, Span: catalog.Span{Start: i, End: e}, Text: string(r[i:e]), Context: d.Title})
		}
	}
	_ = utf8.RuneError
	return
}

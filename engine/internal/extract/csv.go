package extract

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readTable reads text whose lines are rows of cells. The separator is the one that splits the first lines best; a first
// row that looks like names of columns is the header of all others. What does not parse is read as text.
func readTable(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separatorOf(text)
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	table := rows{w: w}
	for first := true; ; first = false {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return readText(in)
		}
		table.add(cells, first && looksLikeHeader(cells))
		if w.full {
			break
		}
	}
	table.end()
	return w.document(""), nil
}

// separatorOf chooses the separator that occurs most evenly, at least once, in the first lines.
func separatorOf(text string) rune {
	var lines []string
	for l := range strings.Lines(text[:min(len(text), 16<<10)]) {
		if lines = append(lines, l); len(lines) == 10 {
			break
		}
	}
	best, bestScore := ',', 0
	for _, sep := range []rune{',', ';', '\t', '|'} {
		least, with := 1<<30, 0
		for _, l := range lines {
			n := strings.Count(l, string(sep))
			if n > 0 {
				with++
			}
			least = min(least, n)
		}
		if score := with + 20*min(least, 50); with > 0 && score > bestScore {
			best, bestScore = sep, score
		}
	}
	return best
}

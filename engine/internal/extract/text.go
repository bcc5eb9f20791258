package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readText reads any text as it stands. Its blocks are the stretches between empty lines.
func readText(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	w.verbatim(text, paragraphs(text))
	return w.document(""), nil
}

// decoded returns the file's text, cut at the limit with a warning in the writer that goes with it.
func decoded(in *input) (string, *writer, error) {
	w := &writer{}
	data, err := in.prefix(maxText)
	if err != nil {
		return "", nil, err
	}
	if in.size > maxText {
		data = withoutCut(data)
		w.doc.Warnings = append(w.doc.Warnings, textLimit)
	}
	text := decode(data, charsetOf(in.head))
	return strings.Trim(text, "\n"), w, nil
}

// line is one line of a text: its place in bytes and in code points, without its end.
type line struct {
	text  string
	start int // code points
	runes int
}

// eachLine calls do for every line of text.
func eachLine(text string, do func(line)) {
	at := 0
	for text != "" {
		s, rest, _ := strings.Cut(text, "\n")
		n := utf8.RuneCountInString(s)
		do(line{text: s, start: at, runes: n})
		at += n + 1
		text = rest
	}
}

// paragraphs marks every run of lines that are not blank.
func paragraphs(text string) []catalog.Block {
	var blocks []catalog.Block
	open := false
	eachLine(text, func(l line) {
		if strings.TrimSpace(l.text) == "" {
			open = false
			return
		}
		if !open {
			blocks = append(blocks, catalog.Block{Kind: catalog.BlockParagraph, Span: catalog.Span{Start: l.start}})
			open = true
		}
		blocks[len(blocks)-1].End = l.start + l.runes
	})
	return blocks
}

package extract

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// writer builds a document block by block. Blocks are separated by an empty line, list items and rows by a line end.
// Over the limits of text and pages it stops taking more and says so in the document's warnings.
type writer struct {
	doc   catalog.Document
	text  strings.Builder
	runes int // code points in text
	used  int // bytes in finished pages
	told  int // blocks so far
	last  catalog.BlockKind
	full  bool
	keys  siblings // of the parts
}

// block adds text as one block of the current page. Blank text adds nothing.
func (w *writer) block(kind catalog.BlockKind, level int, text string) {
	text = strings.TrimSpace(clean(text))
	if text == "" || w.full {
		return
	}
	room := maxText - w.used - w.text.Len() - len("\n\n")
	cut := len(text) > room
	if cut {
		text = strings.ToValidUTF8(text[:max(room, 0)], "")
		defer w.stop(textLimit)
	}
	if text == "" {
		return
	}
	if w.runes > 0 {
		w.separate(kind)
	}
	page := w.page()
	start := w.runes
	w.text.WriteString(text)
	w.runes += utf8.RuneCountInString(text)
	page.Blocks = w.with(page.Blocks, catalog.Block{Kind: kind, Level: level, Span: catalog.Span{Start: start, End: w.runes}})
	w.last = kind
}

// with is the blocks of a page and one more. Beyond the limit of a document it is told apart from the one before it no
// longer: millions of paragraphs of a word each weigh ten times what they say.
func (w *writer) with(blocks []catalog.Block, b catalog.Block) []catalog.Block {
	if w.told++; w.told > maxBlocks && len(blocks) > 0 {
		blocks[len(blocks)-1].End = b.End
		return blocks
	}
	return append(blocks, b)
}

func (w *writer) separate(kind catalog.BlockKind) {
	gap := "\n\n"
	if kind == w.last && (kind == catalog.BlockListItem || kind == catalog.BlockTableRow) {
		gap = "\n"
	}
	w.text.WriteString(gap)
	w.runes += len(gap)
}

// verbatim adds text as it stands as a whole page, with blocks whose spans are in that text.
func (w *writer) verbatim(text string, blocks []catalog.Block) {
	page := w.page()
	page.Blocks = blocks[:min(len(blocks), maxBlocks)]
	if len(blocks) > maxBlocks {
		page.Blocks[maxBlocks-1].End = blocks[len(blocks)-1].End
	}
	w.text.WriteString(text)
	w.runes += utf8.RuneCountInString(text)
}

// page is the one being written.
func (w *writer) page() *catalog.Page {
	if len(w.doc.Pages) == 0 {
		w.doc.Pages = append(w.doc.Pages, catalog.Page{Number: 1})
	}
	return &w.doc.Pages[len(w.doc.Pages)-1]
}

// breakPage ends the current page, which may be empty.
func (w *writer) breakPage() {
	if w.full {
		return
	}
	w.seal()
	if len(w.doc.Pages) == maxPages {
		w.stop(fmt.Sprintf("Only the first %d pages were read.", maxPages))
		return
	}
	w.doc.Pages = append(w.doc.Pages, catalog.Page{Number: len(w.doc.Pages) + 1})
}

func (w *writer) seal() {
	w.page().Text = w.text.String()
	w.used += w.text.Len()
	w.text.Reset()
	w.runes, w.last = 0, ""
}

// stop takes no more, and says why unless that was said already.
func (w *writer) stop(why string) {
	w.full = true
	if !slices.Contains(w.doc.Warnings, why) {
		w.doc.Warnings = append(w.doc.Warnings, why)
	}
}

// textLimit says that a document has more text than is kept of any.
var textLimit = fmt.Sprintf("Only the first %d MB of text were read.", maxText>>20)

// cutAfter says of a file of which so many bytes are looked at that it has more, if it has.
func (w *writer) cutAfter(in *input, bytes int64) {
	if in.size > bytes {
		w.warn("Only the first %d MB of this file were read.", bytes>>20)
	}
}

// property notes what the file states about itself.
func (w *writer) property(name, value string) {
	value = strings.TrimSpace(clean(value))
	if value == "" || len(w.doc.Properties) >= 100 {
		return
	}
	if w.doc.Properties == nil {
		w.doc.Properties = map[string]string{}
	}
	if len(value) > 4<<10 {
		value = strings.ToValidUTF8(value[:4<<10], "")
	}
	w.doc.Properties[name] = value
}

// title takes the first that is not blank.
func (w *writer) title(s string) {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if w.doc.Title == "" && s != "" {
		if len(s) > 512 {
			s = strings.ToValidUTF8(s[:512], "")
		}
		w.doc.Title = s
	}
}

// document ends the last page and returns what was built.
func (w *writer) document(format string) catalog.Document {
	if !w.full || w.text.Len() > 0 {
		w.seal()
	}
	w.doc.Format = format
	return w.doc
}

// clean makes hostile text ours: valid UTF-8, lines ending in \n, without control characters, noncharacters or
// byte-order marks. Ligatures of the Latin presentation forms become letters. Text that is clean is returned as it is.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			b.WriteByte('\n')
		case r >= 0xfb00 && r <= 0xfb06:
			b.WriteString(ligatures[r-0xfb00])
		case !dropped(r):
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

var ligatures = [...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}

func isClean(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 {
			return cleanFrom(s[i:])
		}
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

func cleanFrom(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n <= 1 {
				return false
			}
		}
		if r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029 || r >= 0xfb00 && r <= 0xfb06 || dropped(r) {
			return false
		}
	}
	return true
}

func dropped(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return true
	case r == 0xfeff || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe:
		return true
	case r == 0xad || r >= 0xfff9 && r <= 0xfffb: // soft hyphen, interlinear annotation
		return true
	case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069: // directional overrides disguise what is quoted
		return true
	}
	return false
}

// spaced is s on one line: runs of white space are one space.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

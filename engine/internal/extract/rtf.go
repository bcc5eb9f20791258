package extract

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const mimeRTF = "text/rtf"

var formatRTF = format{mimeRTF, readRTF}

// readRTF reads Rich Text Format: groups in braces, control words after backslashes, and text between them in the code
// page of its font. Headings go by style, tables are read row by row, notes and page headers follow the page on which
// they first appear. Pictures and embedded objects are skipped. A page of HTML that a mail program wrapped in RTF is
// unwrapped and read as HTML.
func readRTF(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxWhole)
	if err != nil {
		return catalog.Document{}, err
	}
	if page, ok := htmlInRTF(data); ok {
		doc, err := readHTML(inputOf("page.html", []byte(page), nil))
		doc.Format = mimeRTF
		return doc, err
	}
	w := &writer{}
	r := newRTF(w, data)
	r.read()
	w.cutAfter(in, maxWhole)
	w.title(r.heading)
	return w.document(mimeRTF), nil
}

// wrapsHTML tells RTF that is the wrapping of a page of HTML: what stands in htmltag groups is markup, what stands between
// \htmlrtf and \htmlrtf0 is for readers of RTF only, all other text is the page's.
func wrapsHTML(rtf []byte) bool {
	return bytes.Contains(rtf[:min(len(rtf), 4<<10)], []byte(`\fromhtml1`))
}

// destination is where the text of a group belongs.
type destination byte

const (
	toBody destination = iota
	toNowhere
	toFonts
	toStyles
	toNote // a footnote, a comment, a page header or footer
	toProperty
	toNumber // what stands before the text of a list item
)

// rtfState is what a group inherits from the one around it and loses at its end.
type rtfState struct {
	to       destination
	page     int // code page of the font
	fallback int // characters after \u that stand for it
	hidden   bool
	deleted  bool
	fresh    bool // nothing but \* has stood in the group
	optional bool // and that has
	markup   bool // of a wrapped page
	table    bool // the paragraph is in a table
	list     bool
	level    int // of the heading
	property string
	around   destination // where the Unicode one of two renderings goes
}

const maxRTFDepth = 10_000

// rtf is the reading of one document.
type rtf struct {
	w      *writer
	data   []byte
	at     int
	state  rtfState
	stack  []rtfState
	deeper int // groups within the deepest that is kept

	ansi   int         // code page of the document
	plain  int         // the font of text that names none
	fonts  map[int]int // their code pages
	font   int         // being defined
	styles map[int]int // levels of the headings among them
	style  int         // being defined
	name   strings.Builder
	clock  [6]int // a time among the properties

	raw  []byte // bytes of the run being read, not yet decoded
	high uint16 // first half of a surrogate pair
	skip int    // characters still to be passed over as fallback

	para    paragraph
	heading string // the first
	note    strings.Builder
	running bool // the note is a page header or footer
	notes   []string
	seen    map[string]bool // page headers and footers so far

	rows    rows
	cells   []string
	cell    strings.Builder
	heads   bool // the row is repeated at the top of pages
	inTable bool
	section bool // a section has ended
	newPage bool // the next one begins on a page of its own

	html   *strings.Builder // what a wrapped page of HTML is gathered in
	unseen bool             // \htmlrtf: not part of the wrapped page
}

func newRTF(w *writer, data []byte) *rtf {
	return &rtf{
		w: w, data: data, state: rtfState{page: codePageLatin, fallback: 1}, ansi: codePageLatin, newPage: true,
		fonts: map[int]int{}, styles: map[int]int{}, seen: map[string]bool{}, rows: rows{w: w},
	}
}

func (r *rtf) read() {
	for r.at < len(r.data) && !r.w.full && r.para.text.Len() < maxText && r.cell.Len() < maxText {
		c := r.data[r.at]
		r.at++
		switch c {
		case '{':
			r.open()
		case '}':
			if r.close(); len(r.stack) == 0 {
				r.at = len(r.data) // what follows the document is not part of it
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		case '\t':
			r.symbol("\t")
		default:
			r.byte(c)
		}
	}
	r.deeper = 0
	for len(r.stack) > 0 {
		r.close()
	}
	r.finish()
}

func (r *rtf) open() {
	r.flush()
	if len(r.stack) == maxRTFDepth {
		r.deeper++
		return
	}
	r.stack = append(r.stack, r.state)
	r.state.fresh, r.state.optional = true, false
	r.skip = 0
}

func (r *rtf) close() {
	r.flush()
	r.skip, r.high = 0, 0
	if r.deeper > 0 {
		r.deeper--
		return
	}
	if len(r.stack) == 0 {
		return
	}
	ended := r.state
	r.state = r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	switch {
	case ended.to == toStyles:
		r.endStyle()
	case ended.to == toFonts:
		r.endFont()
	case ended.to == toNote && r.state.to != toNote:
		r.endNote()
	case ended.to == toProperty && ended.property != r.state.property:
		r.endProperty(ended.property)
	case ended.to == toNumber && r.state.to != toNumber:
		r.endNumber()
	}
}

func (r *rtf) endStyle() {
	if level := levelByName(r.takeName()); level > 0 && r.styles[r.style] == 0 {
		r.styles[r.style] = level
	}
	r.style = 0
}

// endFont tells Symbol, which has Greek letters, from other fonts of pictures.
func (r *rtf) endFont() {
	if strings.HasPrefix(strings.ToLower(r.takeName()), "symbol") && r.fonts[r.font] == codePagePictures {
		r.fonts[r.font] = codePageSymbol
	}
}

func (r *rtf) takeName() string {
	name := strings.TrimSpace(r.name.String())
	r.name.Reset()
	return strings.TrimSuffix(name, ";")
}

func (r *rtf) endNote() {
	text := strings.TrimSpace(r.note.String())
	r.note.Reset()
	if text != "" && !(r.running && r.seen[text]) {
		r.notes = append(r.notes, text)
	}
	if r.running {
		r.seen[text] = true
	}
	r.running = false
}

func (r *rtf) endProperty(name string) {
	value := r.takeName()
	switch name {
	case "title":
		if !isFileName(value) {
			r.w.title(value)
		}
	case "created", "modified":
		r.w.property(name, dateTime(r.clock))
		r.clock = [6]int{}
	default:
		r.w.property(name, value)
	}
}

// endNumber keeps the number of a list item, and drops what is only a bullet.
func (r *rtf) endNumber() {
	number := r.takeName()
	r.state.list = true
	if strings.ContainsFunc(number, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		r.write(number + " ")
	}
}

// byte takes one byte of text. It is decoded with those beside it, for a character may have two.
func (r *rtf) byte(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.state.to != toNowhere {
		r.raw = append(r.raw, c)
	}
}

// flush decodes the run of bytes.
func (r *rtf) flush() {
	if len(r.raw) > 0 {
		r.write(fromCodePage(r.raw, r.state.page))
		r.raw = r.raw[:0]
	}
}

// unit takes one UTF-16 code unit. Those of fonts of pictures lie in a private range.
func (r *rtf) unit(n int) {
	u := uint16(n)
	switch {
	case u >= 0xd800 && u < 0xdc00:
		r.high = u
	case u >= 0xdc00 && u < 0xe000:
		r.write(string(utf16.DecodeRune(rune(r.high), rune(u))))
	case u >= 0xf020 && u <= 0xf0ff:
		r.write(fromSymbol([]byte{byte(u)}))
	default:
		r.write(string(rune(u)))
	}
	r.skip = r.state.fallback
}

// symbol writes a character that a control stands for, unless it is the fallback of another.
func (r *rtf) symbol(s string) {
	r.flush()
	if r.skip > 0 {
		r.skip--
		return
	}
	r.write(s)
}

// write adds text to wherever the group's text belongs.
func (r *rtf) write(s string) {
	switch to := r.state.to; {
	case to == toStyles || to == toFonts || to == toProperty || to == toNumber:
		r.name.WriteString(s)
	case to == toNowhere || r.state.hidden || r.state.deleted:
	case r.html != nil:
		switch {
		case r.unseen:
		case r.state.markup:
			r.html.WriteString(s)
		default:
			r.html.WriteString(html.EscapeString(s))
		}
	case to == toNote:
		r.note.WriteString(s)
	case to == toBody:
		if r.section && r.newPage {
			r.breakPage()
		}
		r.section = false
		r.para.text.WriteString(s)
		r.para.setLevel(r.state.level)
		if r.state.list && r.para.kind != catalog.BlockHeading {
			r.para.kind = catalog.BlockListItem
		}
	}
}

// control reads what stands after a backslash.
func (r *rtf) control() {
	if r.at >= len(r.data) {
		return
	}
	c := r.data[r.at]
	if isLetter(c) {
		word, n, given := r.word()
		r.flush()
		r.do(word, n, given)
		return
	}
	r.at++
	switch c {
	case '\'':
		if digits := stretch(r.data, r.at, 2); digits != nil {
			if v, err := strconv.ParseUint(string(digits), 16, 8); err == nil {
				r.at += 2
				r.byte(byte(v))
			}
		}
	case '\\', '{', '}':
		r.byte(c)
	case '*':
		r.state.optional = r.state.fresh
	case '~':
		r.symbol("\u00a0")
	case '_':
		r.symbol("-")
	case '\r', '\n':
		r.flush()
		r.endLine()
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// word reads a control word, its number and the space that ends it.
func (r *rtf) word() (word string, n int, given bool) {
	start := r.at
	for r.at < len(r.data) && isLetter(r.data[r.at]) && r.at-start < 32 {
		r.at++
	}
	word = string(r.data[start:r.at])
	number := r.at
	if r.at < len(r.data) && r.data[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' && r.at-number < 11 {
		r.at++
	}
	n, err := strconv.Atoi(string(r.data[number:r.at]))
	if r.at < len(r.data) && r.data[r.at] == ' ' {
		r.at++
	}
	return word, n, err == nil
}

// dateTime is a time whose zone is not known; empty before there were files.
func dateTime(parts [6]int) string {
	if parts[0] <= 1601 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
}

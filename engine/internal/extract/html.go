package extract

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readHTML reads the tokens of a page one after another, without building a tree: time is linear and depth is free,
// whatever the page does. Scripts, styles, what is hidden and what is only there for machines are dropped.
func readHTML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxText)
	if err != nil {
		return catalog.Document{}, err
	}
	text := decode(data, htmlCharset(data, in.head))
	h := readTokens(text, false)
	if h.skip != 0 && h.hidden {
		h = readTokens(text, true) // what was hidden never ended; rather show it than lose the rest of the page
	}
	h.finish()
	h.w.cutAfter(in, maxText)
	return h.w.document("text/html"), nil
}

func readTokens(text string, all bool) *htmlText {
	w := &writer{}
	h := &htmlText{w: w, rows: rows{w: w}, all: all}
	h.tokens(text)
	return h
}

func (h *htmlText) tokens(text string) {
	within := h.raw
	h.raw = false
	t := html.NewTokenizer(strings.NewReader(text))
	t.SetMaxBuf(maxText)
	for !h.w.full {
		kind := t.Next()
		if kind == html.ErrorToken {
			break
		}
		h.token(kind, t)
		h.raw = h.raw && !within
	}
}

// htmlCharset trusts a byte-order mark and valid UTF-8 over what the page declares about itself.
func htmlCharset(data, head []byte) string {
	name := charsetOf(head)
	if name == "utf-8" || strings.HasPrefix(name, "utf-16") {
		return name
	}
	if _, declared, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], ""); declared != "" && bytes.Contains(bytes.ToLower(head[:min(len(head), 1024)]), []byte("charset")) {
		return declared
	}
	return name
}

type htmlText struct {
	w       *writer
	text    strings.Builder // of the block being read
	kind    catalog.BlockKind
	level   int
	skip    atom.Atom // everything up to its end is dropped
	skipped int       // elements of the same name open within it
	hidden  bool      // it is dropped because it is hidden
	all     bool      // hidden elements are read too
	raw     bool      // the text that comes is markup that the tokenizer has not looked into
	title   bool
	pre     bool
	rows    rows
	layout  []bool // of the open tables: whether it only arranges the page; another one is read row by row
	cells   []string
	cell    bool
	heads   int // header cells in the row
	heading string
}

func (h *htmlText) token(kind html.TokenType, t *html.Tokenizer) {
	switch kind {
	case html.TextToken:
		if h.skip == 0 && h.raw {
			h.tokens(string(t.Text()))
		} else if h.skip == 0 {
			h.words(string(t.Text()))
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := t.TagName()
		tag := atom.Lookup(name)
		if h.skip != 0 {
			if tag == h.skip && kind == html.StartTagToken {
				h.skipped++
			}
			return
		}
		if h.all || !more || !mayHide(t.Raw()) {
			h.start(tag, kind == html.SelfClosingTagToken)
			if tag == atom.Meta || tag == atom.Html {
				h.attributes(tag, attributesOf(t, more))
			}
			return
		}
		values := attributesOf(t, more)
		if isHidden(values) && kind == html.StartTagToken && !isVoid(tag) {
			h.skip, h.skipped, h.hidden = tag, 0, true
			return
		}
		h.start(tag, kind == html.SelfClosingTagToken)
		if tag == atom.Meta || tag == atom.Html {
			h.attributes(tag, values)
		}
	case html.EndTagToken:
		name, _ := t.TagName()
		tag := atom.Lookup(name)
		if h.skip != 0 {
			if tag == h.skip {
				if h.skipped--; h.skipped < 0 {
					h.skip = 0
				}
			}
			return
		}
		h.end(tag)
	}
}

func (h *htmlText) start(tag atom.Atom, closed bool) {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Svg, atom.Iframe, atom.Noembed, atom.Noframes:
		if !closed {
			h.skip, h.skipped, h.hidden = tag, 0, false
		}
	case atom.Option:
		h.space()
	case atom.Noscript:
		h.flush()
		h.raw = true
	case atom.Title:
		h.title = true
	case atom.Br:
		h.text.WriteByte('\n')
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.arrange()
		h.flush()
		h.kind, h.level = catalog.BlockHeading, int(tag.String()[1]-'0')
	case atom.Li, atom.Dt, atom.Dd:
		h.flush()
		h.kind = catalog.BlockListItem
	case atom.Pre:
		h.flush()
		h.pre, h.kind = true, catalog.BlockCode
	case atom.Table:
		h.arrange()
		h.flush()
		h.layout = append(h.layout, false)
		h.rows = rows{w: h.w}
	case atom.Tr:
		h.endRow()
	case atom.Td, atom.Th:
		h.endCell()
		if h.rowwise() {
			h.cell = true
			if tag == atom.Th {
				h.heads++
			}
		}
	default:
		if isBlock(tag) {
			h.flush()
		}
	}
}

func (h *htmlText) end(tag atom.Atom) {
	switch tag {
	case atom.Title:
		h.title = false
	case atom.Noscript:
		h.flush()
		h.raw = false
	case atom.Pre:
		h.flush()
		h.pre = false
	case atom.Td, atom.Th:
		h.endCell()
	case atom.Tr:
		h.endRow()
	case atom.Table:
		h.endRow()
		if h.rowwise() {
			h.rows.end()
		}
		h.layout = h.layout[:max(0, len(h.layout)-1)]
	default:
		if isBlock(tag) {
			h.flush()
		}
	}
}

// rowwise reports whether the innermost table is read row by row.
func (h *htmlText) rowwise() bool { return len(h.layout) > 0 && !h.layout[len(h.layout)-1] }

// arrange notes that the table around what comes only arranges the page, for it holds headings, tables or long text.
// What has been read of its row is written as it stands.
func (h *htmlText) arrange() {
	if !h.rowwise() {
		return
	}
	h.layout[len(h.layout)-1] = true
	h.rows.end()
	inCell := h.text.String()
	h.text.Reset()
	h.cell = false
	for _, c := range h.cells {
		h.w.block(catalog.BlockParagraph, 0, spaced(c))
	}
	h.cells, h.heads = h.cells[:0], 0
	h.text.WriteString(inCell)
	h.flush()
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside,
		atom.Ul, atom.Ol, atom.Dl, atom.Li, atom.Dt, atom.Dd, atom.Blockquote, atom.Figure, atom.Figcaption, atom.Hr, atom.Form,
		atom.Fieldset, atom.Address, atom.Body, atom.Head, atom.Html, atom.Caption, atom.Details, atom.Summary, atom.Select, atom.Optgroup,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Center, atom.Textarea:
		return true
	}
	return false
}

func (h *htmlText) words(s string) {
	if h.title {
		h.w.title(s)
		return
	}
	if h.pre && !h.cell {
		h.text.WriteString(s)
		return
	}
	for i, line := range strings.FieldsFunc(s, isHTMLSpace) {
		if i > 0 || isHTMLSpace(rune(s[0])) {
			h.space()
		}
		h.text.WriteString(line)
	}
	if s != "" && isHTMLSpace(rune(s[len(s)-1])) {
		h.space()
	}
}

func isHTMLSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' }

// space writes one unless there is one.
func (h *htmlText) space() {
	so := h.text.String()
	if so != "" && so[len(so)-1] != ' ' && so[len(so)-1] != '\n' {
		h.text.WriteByte(' ')
	}
}

// longCell is what a cell of a table with rows does not exceed.
const longCell = 600

// flush ends the block being read. Within a cell, blocks are only spaces.
func (h *htmlText) flush() {
	if h.cell && h.text.Len() > longCell {
		h.arrange()
		return
	}
	if h.cell {
		h.space()
		return
	}
	text := h.text.String()
	h.text.Reset()
	kind, level := h.kind, h.level
	h.kind, h.level = catalog.BlockParagraph, 0
	if h.pre {
		h.kind = catalog.BlockCode
	}
	if strings.TrimSpace(text) == "" {
		if kind == catalog.BlockListItem {
			h.kind = kind // <li><p>: the item's text comes within
		}
		return
	}
	if kind == "" {
		kind = catalog.BlockParagraph
	}
	if kind != catalog.BlockCode {
		text = strings.ReplaceAll(text, " \n", "\n")
	}
	if kind == catalog.BlockHeading {
		text = spaced(text)
		if h.heading == "" {
			h.heading = text
		}
	}
	h.w.block(kind, level, text)
}

func (h *htmlText) endCell() {
	if h.cell {
		h.cell = false
		h.cells = append(h.cells, h.text.String())
		h.text.Reset()
		return
	}
	h.flush()
}

func (h *htmlText) endRow() {
	h.endCell()
	if len(h.cells) > 0 {
		h.rows.add(h.cells, h.rows.seen == 0 && h.heads == len(h.cells))
	}
	h.cells, h.heads = h.cells[:0], 0
}

func (h *htmlText) finish() {
	if h.cell || len(h.cells) > 0 {
		h.endRow()
	}
	h.rows.end()
	h.flush()
	h.w.title(h.heading)
}

func attributesOf(t *html.Tokenizer, more bool) map[string]string {
	values := map[string]string{}
	for range 32 {
		if !more {
			break
		}
		var key, value []byte
		key, value, more = t.TagAttr()
		values[string(key)] = string(value)
	}
	return values
}

// mayHide spares most elements the look at their attributes.
func mayHide(tag []byte) bool {
	tag = bytes.ToLower(tag[:min(len(tag), 4<<10)])
	return bytes.Contains(tag, []byte("hidden")) || bytes.Contains(tag, []byte("none"))
}

func isHidden(attributes map[string]string) bool {
	if _, hidden := attributes["hidden"]; hidden {
		return true
	}
	style := strings.ToLower(strings.ReplaceAll(attributes["style"], " ", ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// isVoid knows elements without an end.
func isVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr, atom.Html, atom.Body:
		return true
	}
	return false
}

// metaNames are what pages say of themselves, by the names under which we keep it.
var metaNames = map[string]string{
	"author": "author", "description": "description", "keywords": "keywords", "generator": "generator", "date": "date",
	"dc.creator": "author", "dc.date": "date", "dc.description": "description", "dc.subject": "keywords", "dc.language": "language",
	"dcterms.created": "created", "dcterms.modified": "modified", "og:description": "description", "article:author": "author",
	"article:published_time": "created", "article:modified_time": "modified", "datepublished": "created", "datemodified": "modified",
	"last-modified": "modified", "og:site_name": "site", "content-language": "language", "citation_author": "author", "citation_publication_date": "created",
}

// attributes keeps what a page says about itself; the first word counts.
func (h *htmlText) attributes(tag atom.Atom, values map[string]string) {
	if tag == atom.Html {
		h.w.property("language", orElse(values["lang"], values["xml:lang"]))
		return
	}
	said := strings.ToLower(orElse(values["name"], orElse(values["property"], orElse(values["itemprop"], values["http-equiv"]))))
	switch name := metaNames[said]; {
	case said == "og:title" || said == "dc.title" || said == "citation_title":
		h.heading = orElse(h.heading, spaced(values["content"]))
	case name != "" && h.w.doc.Properties[name] == "":
		h.w.property(name, values["content"])
	}
}

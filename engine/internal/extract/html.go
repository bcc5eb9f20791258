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
// whatever the page does. Scripts, styles and what is only there for machines are dropped.
func readHTML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxText)
	if err != nil {
		return catalog.Document{}, err
	}
	text := decode(data, htmlCharset(data, in.head))
	w := &writer{}
	h := htmlText{w: w, rows: rows{w: w}}
	t := html.NewTokenizer(strings.NewReader(text))
	t.SetMaxBuf(maxText)
	for !w.full {
		kind := t.Next()
		if kind == html.ErrorToken {
			break
		}
		h.token(kind, t)
	}
	h.finish()
	return w.document("text/html"), nil
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
	title   bool
	pre     bool
	rows    rows
	tables  int // open ones; only the outermost has rows
	cells   []string
	cell    bool
	heads   int // header cells in the row
	heading string
}

func (h *htmlText) token(kind html.TokenType, t *html.Tokenizer) {
	switch kind {
	case html.TextToken:
		if h.skip == 0 {
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
		h.start(tag, kind == html.SelfClosingTagToken)
		if tag == atom.Meta || tag == atom.Html {
			h.attributes(tag, t, more)
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
	case atom.Script, atom.Style, atom.Template, atom.Svg, atom.Iframe, atom.Noembed, atom.Noframes, atom.Select:
		if !closed {
			h.skip, h.skipped = tag, 0
		}
	case atom.Title:
		h.title = true
	case atom.Br:
		h.text.WriteByte('\n')
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.flush()
		h.kind, h.level = catalog.BlockHeading, int(tag.String()[1]-'0')
	case atom.Li, atom.Dt, atom.Dd:
		h.flush()
		h.kind = catalog.BlockListItem
	case atom.Pre:
		h.flush()
		h.pre, h.kind = true, catalog.BlockCode
	case atom.Table:
		h.flush()
		h.tables++
		if h.tables == 1 {
			h.rows = rows{w: h.w}
		}
	case atom.Tr:
		if h.tables == 1 {
			h.endRow()
		}
	case atom.Td, atom.Th:
		if h.tables == 1 {
			h.endCell()
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
	case atom.Pre:
		h.flush()
		h.pre = false
	case atom.Td, atom.Th:
		if h.tables == 1 {
			h.endCell()
		}
	case atom.Tr:
		if h.tables == 1 {
			h.endRow()
		}
	case atom.Table:
		if h.tables == 1 {
			h.endRow()
			h.rows.end()
		}
		h.tables = max(0, h.tables-1)
	default:
		if isBlock(tag) {
			h.flush()
		}
	}
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside,
		atom.Ul, atom.Ol, atom.Dl, atom.Li, atom.Dt, atom.Dd, atom.Blockquote, atom.Figure, atom.Figcaption, atom.Hr, atom.Form,
		atom.Fieldset, atom.Address, atom.Body, atom.Head, atom.Html, atom.Caption, atom.Details, atom.Summary, atom.Option,
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

// flush ends the block being read. Within a cell, blocks are only spaces.
func (h *htmlText) flush() {
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

// attributes keeps what a page says about itself.
func (h *htmlText) attributes(tag atom.Atom, t *html.Tokenizer, more bool) {
	values := map[string]string{}
	for range 32 {
		if !more {
			break
		}
		var key, value []byte
		key, value, more = t.TagAttr()
		values[string(key)] = string(value)
	}
	if tag == atom.Html {
		h.w.property("language", values["lang"])
		return
	}
	switch name := strings.ToLower(values["name"]); name {
	case "author", "description", "keywords", "generator", "date":
		h.w.property(name, values["content"])
	}
}

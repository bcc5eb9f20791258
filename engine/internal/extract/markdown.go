package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readMarkdown keeps the text as it was written, for that is what its author reads, without the marks of headings and
// of strong words and without front matter, which becomes properties. It knows the block structure of CommonMark as far
// as passages need it: headings of both kinds, list items, tables, fenced code.
func readMarkdown(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m := markdown{w: w}
	text = m.frontMatter(text)
	eachLine(text, func(l line) { m.line(l.text) })
	m.finish()
	return w.document(""), nil
}

type markdown struct {
	w      *writer
	out    strings.Builder
	runes  int
	blocks []catalog.Block
	open   bool   // the last block goes on
	lines  int    // lines in the last block
	fence  string // the mark that ends the code block, empty outside of one
}

// frontMatter takes a leading block between lines of --- off and keeps its plain entries.
func (m *markdown) frontMatter(text string) string {
	if !strings.HasPrefix(text, "---\n") {
		return text
	}
	matter, rest, found := strings.Cut(text[4:], "\n---")
	if !found || len(matter) > 64<<10 || rest != "" && rest[0] != '\n' {
		return text
	}
	list := ""
	for entry := range strings.SplitSeq(matter, "\n") {
		if item, ok := strings.CutPrefix(strings.TrimSpace(entry), "- "); ok && list != "" {
			m.w.property(list, strings.TrimPrefix(m.w.doc.Properties[list]+", "+unquoted(item), ", "))
			continue
		}
		key, value, ok := strings.Cut(entry, ":")
		key = strings.TrimSpace(key)
		if !ok || key == "" || len(key) > 64 || entry[0] == ' ' || entry[0] == '#' {
			continue
		}
		list = strings.ToLower(clean(key))
		value = unquoted(strings.TrimSpace(value))
		m.w.property(list, value)
		if list == "title" {
			m.w.title(value)
		}
	}
	return strings.TrimLeft(rest, "\n")
}

func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	if len(s) >= 2 && s[0] == '[' && s[len(s)-1] == ']' {
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

func (m *markdown) line(s string) {
	trimmed := strings.TrimSpace(s)
	switch {
	case m.fence != "":
		m.code(s, trimmed)
	case trimmed == "":
		m.open = false
		m.write(s)
	case fenceOf(trimmed) != "":
		m.fence, m.open = fenceOf(trimmed), false
		m.code(s, "")
	case headingLevel(trimmed) > 0:
		level := headingLevel(trimmed)
		m.open = false
		m.add(catalog.BlockHeading, level, strong(strings.TrimSpace(strings.TrimRight(trimmed[level:], "# \t"))))
		m.open = false
	case m.open && m.isUnderline(trimmed):
		m.underline(trimmed)
	case isListItem(trimmed):
		m.open = false
		m.add(catalog.BlockListItem, 0, strong(s))
	case trimmed[0] == '|':
		m.open = false
		if strings.Trim(trimmed, "|-: \t") == "" {
			return
		}
		m.add(catalog.BlockTableRow, 0, strong(s))
		m.open = false
	default:
		kind := catalog.BlockParagraph
		if m.open {
			kind = m.blocks[len(m.blocks)-1].Kind
		}
		m.add(kind, 0, strong(s))
	}
}

func (m *markdown) code(s, trimmed string) {
	m.add(catalog.BlockCode, 0, s)
	if trimmed != "" && strings.HasPrefix(trimmed, m.fence) && strings.Trim(trimmed, m.fence[:1]) == "" {
		m.fence, m.open = "", false
	}
}

// add writes a line that belongs to a block: the one that is open, or a new one.
func (m *markdown) add(kind catalog.BlockKind, level int, s string) {
	start := m.runes
	m.write(s)
	if strings.TrimSpace(s) == "" && !m.open {
		return
	}
	if !m.open {
		m.blocks = append(m.blocks, catalog.Block{Kind: kind, Level: level, Span: catalog.Span{Start: start}})
		m.open, m.lines = true, 0
	}
	m.lines++
	m.blocks[len(m.blocks)-1].End = m.runes - 1
	if kind == catalog.BlockHeading {
		m.w.title(s)
	}
}

func (m *markdown) write(s string) {
	m.out.WriteString(s)
	m.out.WriteByte('\n')
	m.runes += utf8.RuneCountInString(s) + 1
}

// isUnderline reports whether a line makes a heading of the one-line paragraph before it.
func (m *markdown) isUnderline(trimmed string) bool {
	last := m.blocks[len(m.blocks)-1]
	if last.Kind != catalog.BlockParagraph || len(trimmed) < 2 || m.lines != 1 {
		return false
	}
	return strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == ""
}

func (m *markdown) underline(trimmed string) {
	last := &m.blocks[len(m.blocks)-1]
	last.Kind, last.Level = catalog.BlockHeading, 1
	if trimmed[0] == '-' {
		last.Level = 2
	}
	m.open = false
	so := m.out.String()
	m.w.title(so[strings.LastIndexByte(so[:len(so)-1], '\n')+1:])
}

func (m *markdown) finish() {
	text := strings.TrimRight(m.out.String(), "\n")
	n := m.runes - (m.out.Len() - len(text))
	for len(m.blocks) > 0 && m.blocks[len(m.blocks)-1].End > n {
		m.blocks[len(m.blocks)-1].End = n
		if m.blocks[len(m.blocks)-1].Start >= n {
			m.blocks = m.blocks[:len(m.blocks)-1]
			continue
		}
		break
	}
	m.w.verbatim(text, m.blocks)
}

func fenceOf(trimmed string) string {
	for _, mark := range [...]string{"```", "~~~"} {
		if strings.HasPrefix(trimmed, mark) {
			n := len(trimmed) - len(strings.TrimLeft(trimmed, mark[:1]))
			if !strings.Contains(trimmed[n:], mark[:1]) {
				return trimmed[:n]
			}
		}
	}
	return ""
}

// headingLevel is 1 to 6 for a line that begins with as many # and a space, else 0.
func headingLevel(trimmed string) int {
	n := len(trimmed) - len(strings.TrimLeft(trimmed, "#"))
	if n < 1 || n > 6 || n < len(trimmed) && trimmed[n] != ' ' && trimmed[n] != '\t' {
		return 0
	}
	return n
}

func isListItem(trimmed string) bool {
	if len(trimmed) < 2 {
		return false
	}
	switch trimmed[0] {
	case '-', '*', '+':
		return trimmed[1] == ' ' || trimmed[1] == '\t'
	}
	n := 0
	for n < len(trimmed) && n < 9 && trimmed[n] >= '0' && trimmed[n] <= '9' {
		n++
	}
	return n > 0 && n+1 < len(trimmed) && (trimmed[n] == '.' || trimmed[n] == ')') && trimmed[n+1] == ' '
}

// strong drops pairs of ** that enclose words.
func strong(s string) string {
	if !strings.Contains(s, "**") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "**")
		inner, after, closed := strings.Cut(rest, "**")
		if !found || !closed {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(before)
		if inner == "" || inner[0] == ' ' || inner[len(inner)-1] == ' ' || strings.ContainsRune(inner, '`') {
			b.WriteString("**")
			s = rest
			continue
		}
		b.WriteString(inner)
		s = after
	}
}

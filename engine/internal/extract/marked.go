package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// heading adds a line that is one.
func (m *markdown) heading(level int, text string) {
	m.open = false
	m.add(catalog.BlockHeading, min(level, 6), strings.TrimSpace(text))
	m.open = false
}

// plain adds a line of a text whose paragraphs end at empty lines and whose lists are marked as usual.
func (m *markdown) plain(s string) {
	trimmed := strings.TrimSpace(s)
	switch {
	case trimmed == "" && m.out.Len() == 0:
	case trimmed == "":
		m.open = false
		m.write("")
	case isListItem(trimmed):
		m.open = false
		m.add(catalog.BlockListItem, 0, s)
	case m.open:
		m.add(m.blocks[len(m.blocks)-1].Kind, 0, s)
	default:
		m.add(catalog.BlockParagraph, 0, s)
	}
}

// readRST reads reStructuredText. A level of headings is a kind of underline, in the order in which they first occur.
func readRST(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m := markdown{w: w}
	lines := strings.Split(text, "\n")
	var styles []string
	level := func(style string) int {
		for i, s := range styles {
			if s == style {
				return i + 1
			}
		}
		styles = append(styles, style)
		return len(styles)
	}
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case i+2 < len(lines) && isAdornment(l) && strings.TrimSpace(lines[i+1]) != "" && isAdornment(lines[i+2]) && l[0] == lines[i+2][0]:
			m.heading(level("="+l[:1]), lines[i+1])
			i += 2
		case i+1 < len(lines) && l != "" && l[0] != ' ' && isAdornment(lines[i+1]) && !isAdornment(l) && utf8.RuneCountInString(l) <= len(strings.TrimSpace(lines[i+1])):
			m.heading(level(lines[i+1][:1]), l)
			i++
		case strings.HasPrefix(l, ".. _"), isAdornment(l):
			m.plain("")
		default:
			m.plain(l)
		}
	}
	m.finish()
	return w.document("text/x-rst"), nil
}

// isAdornment recognises a line of at least three equal marks.
func isAdornment(l string) bool {
	l = strings.TrimRight(l, " \t")
	return len(l) >= 3 && strings.ContainsRune("=-~^\"'`#*+.:_<>$%&!?@\\|/;,(){}[]", rune(l[0])) && strings.Trim(l, l[:1]) == ""
}

// readOrg reads Org: stars make headings, keywords at the start of lines properties.
func readOrg(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m := markdown{w: w}
	drawer, code := false, false
	eachLine(text, func(l line) {
		trimmed := strings.TrimSpace(l.text)
		upper := strings.ToUpper(trimmed)
		stars := len(l.text) - len(strings.TrimLeft(l.text, "*"))
		switch {
		case strings.HasPrefix(upper, "#+BEGIN_"):
			code = strings.HasPrefix(upper, "#+BEGIN_SRC") || strings.HasPrefix(upper, "#+BEGIN_EXAMPLE")
			m.plain("")
		case strings.HasPrefix(upper, "#+END_"):
			code = false
			m.plain("")
		case code:
			m.add(catalog.BlockCode, 0, l.text)
		case strings.HasPrefix(trimmed, "#+"):
			key, value, _ := strings.Cut(trimmed[2:], ":")
			orgKeyword(w, strings.ToLower(key), strings.TrimSpace(value))
		case upper == ":PROPERTIES:" || upper == ":LOGBOOK:":
			drawer = true
		case drawer:
			drawer = upper != ":END:"
		case stars > 0 && len(l.text) > stars && l.text[stars] == ' ':
			m.heading(stars, l.text[stars:])
		default:
			m.plain(l.text)
		}
	})
	m.finish()
	return w.document("text/org"), nil
}

func orgKeyword(w *writer, key, value string) {
	switch key {
	case "title":
		w.title(value)
	case "author", "date", "language", "description", "keywords":
		w.property(key, value)
	case "filetags":
		w.property("keywords", strings.Trim(strings.ReplaceAll(value, ":", " "), " "))
	}
}

// readAsciiDoc reads AsciiDoc: signs of equality make headings, attributes at the start of lines properties.
func readAsciiDoc(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m := markdown{w: w}
	fence := ""
	eachLine(text, func(l line) {
		trimmed := strings.TrimSpace(l.text)
		marks := len(trimmed) - len(strings.TrimLeft(trimmed, "="))
		switch {
		case fence != "" && trimmed == fence:
			fence = ""
			m.plain("")
		case fence == "////":
		case fence != "":
			m.add(catalog.BlockCode, 0, l.text)
		case trimmed == "----" || trimmed == "...." || trimmed == "////":
			fence = trimmed
			m.plain("")
		case trimmed == "====", trimmed == "____", trimmed == "****", trimmed == "--", trimmed == "|===", strings.HasPrefix(trimmed, "//"):
			m.plain("")
		case marks > 0 && marks <= 6 && len(trimmed) > marks && trimmed[marks] == ' ':
			m.heading(marks, strings.TrimRight(trimmed[marks:], " ="))
		case len(l.text) > 2 && l.text[0] == ':' && strings.Contains(l.text[1:], ":"):
			key, value, _ := strings.Cut(l.text[1:], ":")
			asciiDocAttribute(w, key, value)
		case strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]") && !strings.HasPrefix(trimmed, "[["):
			m.open = false
		case strings.HasPrefix(trimmed, "|"):
			m.open = false
			m.add(catalog.BlockTableRow, 0, l.text)
			m.open = false
		default:
			m.plain(l.text)
		}
	})
	m.finish()
	return w.document("text/asciidoc"), nil
}

func asciiDocAttribute(w *writer, key, value string) {
	switch key {
	case "author", "description", "keywords":
		w.property(key, value)
	case "lang":
		w.property("language", value)
	case "revdate":
		w.property("date", value)
	}
}

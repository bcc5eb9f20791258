package extract

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readLaTeX reads the text of a LaTeX source: sections are headings, items are list items, commands go and what they
// enclose stays. Formulas stay as they are written.
func readLaTeX(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	w.title(withoutTeX(argumentOf(text, `\title`)))
	w.property("author", withoutTeX(strings.ReplaceAll(argumentOf(text, `\author`), ` \and`, ",")))
	w.property("date", withoutTeX(argumentOf(text, `\date`)))
	if _, body, found := strings.Cut(text, `\begin{document}`); found {
		text, _, _ = strings.Cut(body, `\end{document}`)
	}
	m := markdown{w: w}
	verbatim := ""
	eachLine(text, func(l line) {
		trimmed := strings.TrimSpace(l.text)
		switch {
		case verbatim != "" && strings.HasPrefix(trimmed, verbatim):
			verbatim = ""
			m.plain("")
		case verbatim != "":
			m.add(catalog.BlockCode, 0, l.text)
		case strings.HasPrefix(trimmed, `\begin{verbatim`), strings.HasPrefix(trimmed, `\begin{lstlisting`), strings.HasPrefix(trimmed, `\begin{minted`):
			name, _, _ := strings.Cut(trimmed[len(`\begin{`):], "}")
			verbatim = `\end{` + name
			m.plain("")
		default:
			texLine(&m, l.text)
		}
	})
	m.finish()
	return w.document("application/x-tex"), nil
}

var texSection = regexp.MustCompile(`^\\(part|chapter|section|subsection|subsubsection|paragraph)\*?\s*(?:\[[^\]]*\])?\{`)

var texLevels = map[string]int{"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}

func texLine(m *markdown, s string) {
	s = withoutComment(s)
	trimmed := strings.TrimSpace(s)
	if found := texSection.FindStringSubmatch(trimmed); found != nil {
		title, rest := braced(trimmed[len(found[0])-1:])
		m.heading(texLevels[found[1]], withoutTeX(title))
		if strings.TrimSpace(rest) != "" {
			m.plain(withoutTeX(rest))
		}
		return
	}
	if item, found := strings.CutPrefix(trimmed, `\item`); found {
		m.open = false
		m.add(catalog.BlockListItem, 0, strings.TrimSpace(withoutTeX(item)))
		return
	}
	plain := strings.TrimRight(withoutTeX(s), " ")
	if strings.TrimSpace(plain) == "" && trimmed != "" {
		return // a line of commands only
	}
	m.plain(plain)
}

func withoutComment(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == '%' {
			return s[:i]
		}
	}
	return s
}

// argumentOf is what the first command of that name encloses.
func argumentOf(text, command string) string {
	at := strings.Index(text, command+"{")
	if at < 0 {
		return ""
	}
	argument, _ := braced(text[at+len(command):])
	return argument
}

// braced takes the group in braces off the front; it ends at the latest after 4 KiB.
func braced(s string) (inner, rest string) {
	if s == "" || s[0] != '{' {
		return "", s
	}
	depth := 0
	for i := 0; i < min(len(s), 4<<10); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[1:i], s[i+1:]
			}
		}
	}
	return s[1:], ""
}

// hidden are the commands whose argument is not text.
var hidden = map[string]bool{
	"label": true, "ref": true, "eqref": true, "pageref": true, "cite": true, "citep": true, "citet": true, "includegraphics": true,
	"usepackage": true, "documentclass": true, "vspace": true, "hspace": true, "input": true, "include": true, "bibliography": true,
	"bibliographystyle": true, "begin": true, "end": true, "setlength": true, "pagestyle": true, "thispagestyle": true, "color": true,
	"newcommand": true, "renewcommand": true, "setcounter": true, "index": true,
}

var texAccents = map[byte]rune{'\'': 0x301, '`': 0x300, '^': 0x302, '"': 0x308, '~': 0x303, '=': 0x304, '.': 0x307, 'c': 0x327, 'v': 0x30c, 'u': 0x306, 'H': 0x30b, 'k': 0x328, 'r': 0x30a}

var texLetters = map[string]string{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "dots": "…", "ldots": "…", "LaTeX": "LaTeX", "TeX": "TeX", "S": "§", "euro": "€"}

// withoutTeX drops commands and braces and resolves what stands for letters.
func withoutTeX(s string) string {
	if !strings.ContainsAny(s, "\\{}~`'-") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i += texCommand(&b, s[i+1:]) + 1
		case c == '$':
			n := max(strings.IndexByte(s[i+1:], '$')+2, 1)
			b.WriteString(s[i : i+n])
			i += n
		case strings.HasPrefix(s[i:], "}{"):
			b.WriteByte(' ')
			i += 2
		case c == '{' || c == '}':
			i++
		case c == '~':
			b.WriteByte(' ')
			i++
		case strings.HasPrefix(s[i:], "``"), strings.HasPrefix(s[i:], "''"):
			b.WriteByte('"')
			i += 2
		case strings.HasPrefix(s[i:], "---"):
			b.WriteString("—")
			i += 3
		case strings.HasPrefix(s[i:], "--"):
			b.WriteString("–")
			i += 2
		default:
			b.WriteByte(c)
			i++
		}
	}
	return norm.NFC.String(b.String())
}

// texCommand writes what the command at the start of s, after its backslash, stands for and returns its length.
func texCommand(b *strings.Builder, s string) int {
	if mark, ok := texAccents[s[0]]; ok && len(s) > 1 && (s[0] < 'A' || s[1] == '{' || s[1] == ' ') {
		rest := strings.TrimLeft(s[1:], "{ \\")
		r, n := utf8.DecodeRuneInString(rest)
		if n > 0 && r != '}' {
			b.WriteRune(r)
			b.WriteRune(mark)
			end := len(s) - len(rest) + n
			if s[1] == '{' && end < len(s) && s[end] == '}' {
				end++
			}
			return end
		}
	}
	n := len(s) - len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if n == 0 {
		if s[0] == '\\' || s[0] == ' ' || s[0] == ',' || s[0] == ';' {
			b.WriteByte(' ')
		} else if strings.IndexByte("%&_#${}", s[0]) >= 0 {
			b.WriteByte(s[0])
		} else if s[0] >= utf8.RuneSelf {
			return 0 // a letter, which is none of a command
		}
		return 1
	}
	name := s[:n]
	b.WriteString(texLetters[name])
	rest := strings.TrimPrefix(s[n:], "*")
	if len(rest) > 0 && rest[0] == '[' {
		if end := strings.IndexByte(rest, ']'); end >= 0 {
			rest = rest[end+1:]
		}
	}
	if hidden[name] {
		for len(rest) > 0 && (rest[0] == '{' || rest[0] == '[') {
			if rest[0] == '[' {
				_, after, _ := strings.Cut(rest, "]")
				rest = after
				continue
			}
			_, rest = braced(rest)
		}
	} else {
		rest = strings.TrimPrefix(rest, " ")
	}
	return len(s) - len(rest)
}

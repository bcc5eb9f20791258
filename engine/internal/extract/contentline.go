package extract

import (
	"io"
	"mime/quotedprintable"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// contentLine is one line of a calendar or an address book (RFC 5545, RFC 6350): NAME;PARAMETER=VALUE:value.
type contentLine struct {
	name       string // upper case, without a group
	parameters map[string]string
	value      string
}

// eachContentLine unfolds the lines of a text and takes them apart.
func eachContentLine(text string, do func(contentLine)) {
	pending := ""
	emit := func() {
		if line, ok := parseContentLine(pending); ok {
			do(line)
		}
		pending = ""
	}
	var folded strings.Builder
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		soft := strings.HasSuffix(folded.String(), "=") && strings.Contains(strings.ToUpper(folded.String()[:min(folded.Len(), 200)]), "QUOTED-PRINTABLE")
		switch {
		case soft:
			folded.WriteString("\n" + l)
		case l != "" && (l[0] == ' ' || l[0] == '\t'):
			folded.WriteString(l[1:])
		default:
			pending = folded.String()
			emit()
			folded.Reset()
			folded.WriteString(l)
		}
	}
	pending = folded.String()
	emit()
}

func parseContentLine(s string) (contentLine, bool) {
	colon := -1
	quoted := false
	for i := range len(s) {
		if s[i] == '"' {
			quoted = !quoted
		}
		if s[i] == ':' && !quoted {
			colon = i
			break
		}
	}
	if colon < 1 {
		return contentLine{}, false
	}
	head := strings.Split(s[:colon], ";")
	line := contentLine{name: strings.ToUpper(head[0]), value: s[colon+1:], parameters: map[string]string{}}
	if _, name, grouped := strings.Cut(line.name, "."); grouped {
		line.name = name
	}
	for _, p := range head[1:] {
		key, value, found := strings.Cut(p, "=")
		if !found {
			key, value = "TYPE", p
		}
		line.parameters[strings.ToUpper(key)] = strings.Trim(value, `"`)
	}
	if strings.EqualFold(line.parameters["ENCODING"], "QUOTED-PRINTABLE") || strings.EqualFold(line.parameters["TYPE"], "QUOTED-PRINTABLE") {
		plain, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(line.value)))
		line.value = decode(plain, orElse(line.parameters["CHARSET"], charsetOr(plain, "windows-1252")))
	}
	return line, true
}

// text undoes the escapes of a value.
func (l contentLine) text() string {
	if !strings.Contains(l.value, `\`) {
		return strings.TrimSpace(l.value)
	}
	return strings.TrimSpace(strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(l.value))
}

// fields are the parts of a value of several, joined.
func (l contentLine) fields() string {
	var list []string
	for part := range strings.SplitSeq(strings.ReplaceAll(l.value, `\;`, "\x00"), ";") {
		part = contentLine{value: strings.ReplaceAll(part, "\x00", ";")}.text()
		if part != "" {
			list = append(list, part)
		}
	}
	return strings.Join(list, ", ")
}

// when is a date or a time as people write it.
func (l contentLine) when() string {
	value := strings.TrimSpace(l.value)
	for _, form := range [...]struct{ in, out string }{
		{"20060102T150405Z", "2006-01-02 15:04 UTC"}, {"20060102T150405", "2006-01-02 15:04"}, {"20060102T1504", "2006-01-02 15:04"},
		{"20060102", "2006-01-02"}, {"2006-01-02", "2006-01-02"},
	} {
		if t, err := time.Parse(form.in, value); err == nil {
			zone := l.parameters["TZID"]
			if zone != "" && strings.Contains(form.in, "1504") {
				zone = " " + zone
			} else {
				zone = ""
			}
			return t.Format(form.out) + zone
		}
	}
	return value
}

// lined reads components between BEGIN and END: those of the kinds in heads become a heading and a paragraph of lines.
type lined struct {
	w     *writer
	title string
	first string // the title of the first component
	lines strings.Builder
	seen  int
}

func (l *lined) add(label, value string) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	if label != "" {
		l.lines.WriteString(label + ": ")
	}
	l.lines.WriteString(value + "\n")
}

func (l *lined) end() {
	if l.title != "" || l.lines.Len() > 0 {
		l.seen++
		l.first = orElse(l.first, l.title)
		l.w.block(catalog.BlockHeading, 1, spaced(l.title))
		l.w.block(catalog.BlockParagraph, 0, l.lines.String())
	}
	l.title = ""
	l.lines.Reset()
}

package extract

import (
	"strconv"
	"strings"
)

// parseNumberFormat splits a code into its sections.
func parseNumberFormat(code string) numberFormat {
	if len(code) > 1000 {
		return nil
	}
	p := formatParser{rest: code}
	for p.rest != "" && len(p.sections) < 4 {
		p.section()
	}
	return p.sections
}

type formatParser struct {
	rest     string
	sections numberFormat
	current  formatSection
	text     strings.Builder // the literal being read
}

func (p *formatParser) section() {
	p.current = formatSection{}
	for p.rest != "" {
		c := p.rest[0]
		if c == ';' {
			p.rest = p.rest[1:]
			break
		}
		p.next(c)
	}
	p.endLiteral()
	p.current.finish()
	p.sections = append(p.sections, p.current)
}

func (p *formatParser) endLiteral() {
	if p.text.Len() > 0 {
		p.current.tokens = append(p.current.tokens, formatToken{'l', p.text.String()})
		p.text.Reset()
	}
}

func (p *formatParser) add(kind byte, text string) {
	p.endLiteral()
	p.current.tokens = append(p.current.tokens, formatToken{kind, text})
}

// take removes n bytes, or all that there are.
func (p *formatParser) take(n int) string {
	n = min(n, len(p.rest))
	s := p.rest[:n]
	p.rest = p.rest[n:]
	return s
}

func (p *formatParser) next(c byte) {
	lower := strings.ToLower(p.rest[:min(len(p.rest), 7)])
	switch {
	case c == '"':
		p.quoted()
	case c == '\\':
		p.take(1)
		p.text.WriteString(p.character())
	case c == '_':
		p.take(1)
		p.character()
		p.text.WriteByte(' ')
	case c == '*':
		p.take(1)
		p.character()
	case c == '[':
		p.bracket()
	case lower == "general":
		p.take(7)
		p.add('G', "")
	case strings.HasPrefix(lower, "am/pm"):
		p.take(5)
		p.add('a', "AM/PM")
	case strings.HasPrefix(lower, "a/p"):
		p.take(3)
		p.add('a', "A/P")
	case (c == 'E' || c == 'e') && len(p.rest) > 1 && (p.rest[1] == '+' || p.rest[1] == '-') && !p.current.isDate():
		p.add('E', p.take(2)[1:])
	case strings.IndexByte("ymdhsYMDHSeE", c) >= 0:
		p.part(c | 0x20)
	case strings.IndexByte("0#?.,%/@", c) >= 0:
		p.add(c, p.take(1))
	default:
		p.text.WriteString(p.character())
	}
}

func (p *formatParser) character() string {
	for i := range p.rest {
		if i > 0 {
			return p.take(i)
		}
	}
	return p.take(len(p.rest))
}

func (p *formatParser) quoted() {
	text, rest, closed := strings.Cut(p.rest[1:], `"`)
	p.text.WriteString(text)
	if p.rest = rest; !closed {
		p.rest = ""
	}
}

// part takes a run of one letter of a time.
func (p *formatParser) part(c byte) {
	n := 0
	for n < len(p.rest) && p.rest[n]|0x20 == c {
		n++
	}
	p.take(n)
	if c == 'e' {
		c, n = 'y', 4
	}
	p.add(c, strings.Repeat(string(c), n))
}

// bracket reads a condition, a currency, an elapsed time, or a colour, which does not concern us.
func (p *formatParser) bracket() {
	inner, rest, closed := strings.Cut(p.rest[1:], "]")
	if !closed {
		p.text.WriteString(p.take(1))
		return
	}
	p.rest = rest
	lower := strings.ToLower(inner)
	switch {
	case inner == "":
	case strings.Trim(lower, "h") == "":
		p.add('H', lower)
	case strings.Trim(lower, "m") == "":
		p.add('N', lower)
	case strings.Trim(lower, "s") == "":
		p.add('S', lower)
	case inner[0] == '$':
		currency, _, _ := strings.Cut(inner[1:], "-")
		p.text.WriteString(currency)
	case strings.IndexByte("<>=", inner[0]) >= 0:
		n := 1
		if len(inner) > 1 && strings.IndexByte(">=", inner[1]) >= 0 {
			n = 2
		}
		if limit, err := strconv.ParseFloat(strings.TrimSpace(inner[n:]), 64); err == nil {
			p.current.compare, p.current.limit = inner[:n], limit
		}
	}
}

func (s *formatSection) isDate() bool {
	for _, t := range s.tokens {
		if strings.IndexByte("ymdhsaHNS", t.kind) >= 0 {
			return true
		}
	}
	return false
}

// finish finds out what the section is for.
func (s *formatSection) finish() {
	slash, digits := false, false
	for _, t := range s.tokens {
		slash = slash || t.kind == '/'
		digits = digits || t.kind == '0' || t.kind == '#' || t.kind == '?'
	}
	switch {
	case s.isDate():
		s.kind = formatDate
		s.minutes()
	case s.has('G'):
		s.kind = formatGeneral
	case s.has('@'):
		s.kind = formatText
	case slash && digits:
		s.kind = formatFraction
	default:
		s.commas()
	}
	for _, t := range s.tokens {
		if t.kind == '%' {
			s.percent++
		}
	}
}

func (s *formatSection) has(kind byte) bool {
	for _, t := range s.tokens {
		if t.kind == kind {
			return true
		}
	}
	return false
}

// minutes tells the m of minutes, which stands after hours or before seconds, from that of months.
func (s *formatSection) minutes() {
	before := byte(0)
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind == 'm' && len(t.text) < 3 && (before == 'h' || before == 'H' || s.secondsFollow(i+1)) {
			t.kind = 'M'
		}
		if strings.IndexByte("ymMdhsHNS", t.kind) >= 0 {
			before = t.kind
		}
	}
}

func (s *formatSection) secondsFollow(from int) bool {
	for _, t := range s.tokens[from:] {
		if strings.IndexByte("ymdhsaHNS", t.kind) >= 0 {
			return t.kind == 's' || t.kind == 'S'
		}
	}
	return false
}

// commas tells commas between digits, which group them, from those after the last, which divide by a thousand.
func (s *formatSection) commas() {
	digits := 0
	for _, t := range s.tokens {
		switch t.kind {
		case '0', '#', '?':
			s.grouped = s.grouped || s.scale > 0
			s.scale = 0
			digits++
		case ',':
			if digits > 0 {
				s.scale++
			}
		case '.':
			if s.scale > 0 {
				return
			}
		}
	}
}

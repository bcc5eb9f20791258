package extract

import (
	"math"
	"strconv"
	"strings"
)

// numberFormat is how a spreadsheet shows a number: up to four sections, for positive, negative, zero and text, or with
// a condition each. The code is the one that a person types into the dialog for cell formats, in English.
type numberFormat []formatSection

type formatSection struct {
	tokens  []formatToken
	limit   float64
	compare string // "<", "<=", "=", "<>", ">", ">="; empty when the place among the sections decides
	kind    formatKind
	percent int // signs: each multiplies by 100
	scale   int // thousands that are not shown
	grouped bool
}

type formatKind byte

const (
	formatNumber formatKind = iota
	formatGeneral
	formatDate
	formatText
	formatFraction
)

// formatToken is a run of one kind: a literal, or a letter that stands for a part of the value.
type formatToken struct {
	kind byte // 'l' literal; '0' '#' '?' digits; '.' ',' '%' 'E' '/' '@'; 'G' General; 'y' 'm' 'd' 'h' 's' 'a' parts of a time; 'M' minutes; 'H' 'N' 'S' elapsed
	text string
}

// builtInFormats are the codes that files refer to by number alone. Number 14 and those made from it depend on the
// reader's country; they are written so that every reader understands them.
var builtInFormats = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0;($#,##0)", 6: "$#,##0;($#,##0)", 7: "$#,##0.00;($#,##0.00)",
	8: "$#,##0.00;($#,##0.00)", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy",
	16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
	27: "yyyy-mm-dd", 28: "yyyy-mm-dd", 29: "yyyy-mm-dd", 30: "yyyy-mm-dd", 31: "yyyy-mm-dd", 32: "h:mm", 33: "h:mm:ss", 34: "h:mm",
	35: "h:mm:ss", 36: "yyyy-mm-dd", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
	41: "#,##0;(#,##0);-", 42: "$#,##0;($#,##0);$-", 43: "#,##0.00;(#,##0.00);-", 44: "$#,##0.00;($#,##0.00);$-",
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: "yyyy-mm-dd", 51: "yyyy-mm-dd", 52: "yyyy-mm-dd",
	53: "yyyy-mm-dd", 54: "yyyy-mm-dd", 55: "yyyy-mm-dd", 56: "yyyy-mm-dd", 57: "yyyy-mm-dd", 58: "yyyy-mm-dd",
}

// numberFormats are the formats of one workbook, each parsed when it is first used.
type numberFormats struct {
	codes    map[int]string // the workbook's own
	parsed   map[string]numberFormat
	from1904 bool // days are counted from 1904
}

// show is the text of a value in the format of that number.
func (f *numberFormats) show(value float64, number int) string {
	code, ok := f.codes[number]
	if !ok {
		code = builtInFormats[number]
	}
	return f.showAs(value, code)
}

func (f *numberFormats) showAs(value float64, code string) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return ""
	}
	if code == "" || strings.EqualFold(code, "General") {
		return generalNumber(value)
	}
	parsed, ok := f.parsed[code]
	if !ok {
		parsed = parseNumberFormat(code)
		if f.parsed == nil {
			f.parsed = map[string]numberFormat{}
		}
		f.parsed[code] = parsed
	}
	return spaced(parsed.show(value, f.from1904))
}

// generalNumber is a number without a format: the fifteen digits that spreadsheets know, without zeros at the end.
func generalNumber(v float64) string {
	if v == 0 {
		return "0"
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if abs := math.Abs(v); abs >= 1e-9 && abs < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.ToUpper(strconv.FormatFloat(v, 'g', -1, 64))
}

func (f numberFormat) show(v float64, from1904 bool) string {
	section, minus := f.choose(v)
	if section == nil {
		return generalNumber(v)
	}
	if minus {
		v = math.Abs(v)
	}
	switch section.kind {
	case formatGeneral, formatText:
		return section.general(v)
	case formatDate:
		if s, ok := section.date(v, from1904); ok {
			return s
		}
		return generalNumber(v)
	case formatFraction:
		return section.fraction(v)
	}
	return section.number(v)
}

// choose finds the section for a value, and tells whether the section itself shows that it is negative.
func (f numberFormat) choose(v float64) (section *formatSection, signed bool) {
	if len(f) == 0 {
		return nil, false
	}
	if f[0].compare != "" || len(f) > 1 && f[1].compare != "" {
		for i := range f {
			if f[i].compare == "" || compares(v, f[i].compare, f[i].limit) {
				return &f[i], i > 0 && v < 0
			}
		}
		return &f[len(f)-1], false
	}
	switch {
	case v < 0 && len(f) > 1 && f[1].kind != formatText:
		return &f[1], true
	case v == 0 && len(f) > 2 && f[2].kind != formatText:
		return &f[2], false
	}
	return &f[0], false
}

func compares(v float64, op string, limit float64) bool {
	switch op {
	case "<":
		return v < limit
	case "<=":
		return v <= limit
	case ">":
		return v > limit
	case ">=":
		return v >= limit
	case "<>":
		return v != limit
	}
	return v == limit
}

// general writes the number without a format in place of General or @.
func (s *formatSection) general(v float64) string {
	var b strings.Builder
	for _, t := range s.tokens {
		switch t.kind {
		case 'l':
			b.WriteString(t.text)
		case 'G', '@':
			b.WriteString(generalNumber(v))
		}
	}
	return b.String()
}

// number writes the digits over their places: a 0 is always shown, a # when it says something, a ? leaves a gap.
func (s *formatSection) number(v float64) string {
	places := s.places()
	negative := v < 0
	v = math.Abs(v) * math.Pow(100, float64(min(s.percent, 9))) / math.Pow(1000, float64(min(s.scale, 9)))
	if math.IsInf(v, 0) {
		return generalNumber(v)
	}
	if places.whole+places.part+places.exponent == 0 {
		return s.literals(negative)
	}
	exponent := 0
	if places.exponent > 0 {
		v, exponent = scaled(v, max(1, places.whole))
	}
	digits := decimals(v, places.part)
	whole, part, _ := strings.Cut(digits, ".")
	whole = strings.TrimLeft(whole, "0")
	w := digitWriter{section: s, whole: whole, part: part, exponent: exponent, left: places.whole, shown: s.shownPart(part)}
	if negative && strings.Trim(digits, "0.") != "" {
		w.b.WriteByte('-')
	}
	for _, t := range s.tokens {
		w.token(t)
	}
	return w.b.String()
}

type formatPlaces struct{ whole, part, exponent int }

func (s *formatSection) places() formatPlaces {
	var p formatPlaces
	at := &p.whole
	for _, t := range s.tokens {
		switch t.kind {
		case '0', '#', '?':
			*at++
		case '.':
			at = &p.part
		case 'E':
			at = &p.exponent
		}
	}
	p.part = min(p.part, 30)
	return p
}

// literals writes a section without digits: nothing of the value but its sign.
func (s *formatSection) literals(negative bool) string {
	var b strings.Builder
	if negative && len(s.tokens) > 0 {
		b.WriteByte('-')
	}
	for _, t := range s.tokens {
		if t.kind == 'l' || t.kind == '%' {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// scaled divides v by a power of ten that leaves it with at most that many digits before the point.
func scaled(v float64, digits int) (float64, int) {
	if v == 0 {
		return 0, 0
	}
	exponent := int(math.Floor(math.Log10(v)))
	if digits > 1 {
		exponent = int(math.Floor(float64(exponent)/float64(digits))) * digits
	}
	return v / math.Pow(10, float64(exponent)), exponent
}

// shortNumber tidies a number that a file states in full; what is no number stays as it is.
func shortNumber(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return s
	}
	return generalNumber(v)
}

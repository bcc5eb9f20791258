package classify

import (
	"regexp"
	"strconv"
	"strings"
)

// sum is a number in the text that can be an amount of money, or one of anything.
type sum struct {
	sheet *sheet
	span
	value float64
	money bool // a currency stands beside it, or it has two decimals
	label label
	said  string // the end of the label, folded, without dates
	over  string // the end of the line above, when nothing stands before it
}

const currency = `€|£|\$|EUR|Euro|euro|USD|GBP|CHF|Fr\.`

var number = regexp.MustCompile(`(?:(?P<sign>[-+−–]) ?)?(?:(?P<before>` + currency + `) ?)?(?P<sign2>[-−])?` +
	`(?P<digits>\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:[  ]\d{3})+,\d{2}|\d+(?:[.,]\d{1,3})?)(?P<dash>,[-–—])?` +
	`(?:[  ]?(?P<after>` + currency + `))?(?P<minus>[  ]?(?:-|−|DR\b))?`)

// maxSums is how many numbers of a page are looked at.
const maxSums = 500

// sumsIn finds the numbers of a sheet in their order, without what is a part of a date.
func sumsIn(s *sheet, dates []dated) []sum {
	var list []sum
	names, taken := number.SubexpNames(), spansOf(dates, func(d dated) span { return d.span })
	for _, m := range number.FindAllStringSubmatchIndex(s.text, maxSums) {
		part := map[string]span{}
		for i, name := range names {
			if name != "" && m[2*i] >= 0 {
				part[name] = span{m[2*i], m[2*i+1]}
			}
		}
		at := part["digits"]
		if !standsAlone(s.text, part, at) || meets(taken, at) {
			continue
		}
		digits := s.text[at.start:at.end]
		value, decimals := readNumber(digits)
		_, before := part["before"]
		_, after := part["after"]
		_, dash := part["dash"]
		if sign, ok := part["sign"]; ok && negative(s.text, sign) || has(part, "sign2") || trailingMinus(s.text, part) {
			value = -value
		}
		list = append(list, sum{sheet: s, span: whole(part), value: value, money: before || after || dash || decimals == 2})
	}
	for i, l := range s.labels(spansOf(list, func(n sum) span { return n.span })) {
		list[i].label, list[i].said, list[i].over = l, tail(withoutDates(l.before)), l.overhead()
	}
	return list
}

func has(part map[string]span, name string) bool { _, ok := part[name]; return ok }

// whole is the number with its currency and its sign.
func whole(part map[string]span) span {
	at := part["digits"]
	for _, name := range []string{"before", "sign2"} {
		if p, ok := part[name]; ok {
			at.start = min(at.start, p.start)
		}
	}
	for _, name := range []string{"dash", "after"} {
		if p, ok := part[name]; ok {
			at.end = max(at.end, p.end)
		}
	}
	return at
}

// negative reports whether a sign in front makes the number less than nothing: one that is no dash between words.
func negative(text string, sign span) bool {
	c := text[sign.start:sign.end]
	if c == "+" || c == "–" {
		return false
	}
	return sign.start == 0 || strings.ContainsRune(" \t\n", rune(text[sign.start-1]))
}

// trailingMinus reports a minus behind, as statements of accounts have it: nothing else may follow in the line.
func trailingMinus(text string, part map[string]span) bool {
	minus, ok := part["minus"]
	return ok && (minus.end == len(text) || text[minus.end] == '\n')
}

func standsAlone(text string, part map[string]span, at span) bool {
	start := at.start
	for _, name := range []string{"sign", "before", "sign2"} {
		if p, ok := part[name]; ok {
			start = min(start, p.start)
		}
	}
	if start > 0 {
		c := text[start-1]
		if isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.ContainsRune("/.,:_", rune(c)) {
			return false
		}
		if c == '-' && !has(part, "sign") && start > 1 && text[start-2] != ' ' && text[start-2] != '\n' {
			return false
		}
	}
	after := strings.TrimLeft(text[at.end:], " \u00a0")
	if strings.HasPrefix(after, "%") || strings.HasPrefix(after, "‰") {
		return false
	}
	if at.end < len(text) {
		c := text[at.end]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '/' || c == ':' || c == '_' {
			return has(part, "after")
		}
		if (c == '.' || c == ',' || c == '-') && at.end+1 < len(text) && isDigit(text[at.end+1]) {
			return false
		}
	}
	return true
}

// readNumber reads digits in either style and says how many decimals they have.
func readNumber(digits string) (value float64, decimals int) {
	last := strings.LastIndexAny(digits, ".,")
	if last >= 0 && len(digits)-last-1 != 3 {
		decimals = len(digits) - last - 1
	}
	var b strings.Builder
	for i, r := range digits {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case i == last && decimals > 0:
			b.WriteByte('.')
		}
	}
	value, _ = strconv.ParseFloat(b.String(), 64) // digits and at most one point
	return value, decimals
}

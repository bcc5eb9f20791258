package classify

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dated is a date in the text.
type dated struct {
	sheet *sheet
	span
	iso    string
	doubt  bool // day and month may be the other way round
	first  bool // of a range
	second bool
	label  label
	said   string // the end of the label, folded
	over   string // the end of the line above, when nothing stands before it
	roles  []bool // which of the roles the label is a cue of
}

var months = monthNames()

func monthNames() map[string]time.Month {
	months := map[string]time.Month{}
	for i, names := range []string{
		"january januar jänner jan janvier janv januari enero gennaio",
		"february februar feber feb février févr februari febrero febbraio",
		"march märz mär mrz mar mars maart mrt marzo",
		"april apr avril avr abril aprile",
		"may mai mei mayo maggio",
		"june juni jun juin junio giugno",
		"july juli jul juillet juil julio luglio",
		"august aug août augustus agosto",
		"september sept sep septembre septiembre settembre",
		"october oktober oct okt octobre octubre ottobre",
		"november nov novembre noviembre",
		"december dezember dec dez décembre déc diciembre dicembre",
	} {
		for name := range strings.FieldsSeq(names) {
			months[name] = time.Month(i + 1)
		}
	}
	return months
}

var (
	numericDate = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})\b|\b(\d{1,2})([/-])(\d{1,2})[/-](\d{4}|\d{2})\b`)
	dayMonth    = regexp.MustCompile(`(?i)\b(\d{1,2})(?:\.|st|nd|rd|th|er)?(?: day)?(?: of\b| de\b)? ?(\p{L}{3,10})\.?,? (?:de )?(\d{4})\b`)
	monthDay    = regexp.MustCompile(`(?i)\b(\p{L}{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b`)
	betweenTwo  = regexp.MustCompile(`^\s*(?:,? ?\d{1,2}:\d{2}(?: Uhr)?,?)?\s*(?i:bis|to|until|through|till|au|tot|[-–—])\s*(?i:zum|and including)?\s*$`)
)

// maxDates is how many dates of a page are looked at.
const maxDates = 100

// datesIn finds the dates of a sheet in their order.
func datesIn(s *sheet, monthFirst order) []dated {
	var list []dated
	add := func(at span, year, month, day string, doubt bool) {
		if iso, ok := isoDate(year, month, day); ok {
			list = append(list, dated{sheet: s, span: at, iso: iso, doubt: doubt})
		}
	}
	for _, m := range numericDate.FindAllStringSubmatchIndex(s.text, -1) {
		part := func(i int) string { return s.text[m[2*i]:m[2*i+1]] }
		at := span{m[0], m[1]}
		switch {
		case !edges(s.text, at):
		case m[2] >= 0:
			add(at, part(1), part(2), part(3), false)
		case m[8] >= 0:
			add(at, part(6), part(5), part(4), false)
		default:
			day, month, doubt := monthFirst.sort(part(7), part(9))
			add(at, part(10), month, day, doubt)
		}
	}
	for _, m := range dayMonth.FindAllStringSubmatchIndex(s.text, -1) {
		add(span{m[0], m[1]}, s.text[m[6]:m[7]], s.text[m[4]:m[5]], s.text[m[2]:m[3]], false)
	}
	for _, m := range monthDay.FindAllStringSubmatchIndex(s.text, -1) {
		add(span{m[0], m[1]}, s.text[m[6]:m[7]], s.text[m[2]:m[3]], s.text[m[4]:m[5]], false)
	}
	list = apart(list, func(d dated) span { return d.span })
	list = list[:min(len(list), maxDates)]
	labels := s.labels(spansOf(list, func(d dated) span { return d.span }))
	for i := range list {
		list[i].label, list[i].said, list[i].over = labels[i], tail(labels[i].before), labels[i].overhead()
		list[i].roles = rolesOf(list[i].said, list[i].over)
		if i > 0 && betweenTwo.MatchString(s.text[list[i-1].end:list[i].start]) {
			list[i-1].first, list[i].second = true, true
		}
	}
	return list
}

// edges reports whether a number stands for itself and is no part of a longer one.
func edges(text string, at span) bool {
	before, after := text[:at.start], text[at.end:]
	if before != "" && strings.ContainsRune("/-.", rune(before[len(before)-1])) && len(before) > 1 && isDigit(before[len(before)-2]) {
		return false
	}
	return len(after) < 2 || !strings.ContainsRune("/-.", rune(after[0])) || !isDigit(after[1])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isoDate makes a date of its parts; the month is a number or a name.
func isoDate(year, month, day string) (string, bool) {
	y, _ := strconv.Atoi(year)
	d, _ := strconv.Atoi(day)
	m, err := strconv.Atoi(month)
	if err != nil {
		m = int(months[strings.TrimSuffix(fold(month), ".")])
	}
	if len(year) == 2 {
		y += 1900
		if y < 1950 {
			y += 100
		}
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1800 || y > 2199 || t.Day() != d || int(t.Month()) != m {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// order is whether a document writes the month before the day where only figures stand.
type order struct{ monthFirst, known bool }

var (
	numbered = regexp.MustCompile(`\b(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})\b`)
	america  = regexp.MustCompile(`\$ ?\d|\b[AP]M\b|\b[A-Z]{2},? \d{5}\b|\bSocial Security\b`)
	europe   = regexp.MustCompile(`[£€]|\b(?:EUR|GBP|CHF|VAT|NHS|MwSt|TVA|Uhr|und|der|les|het)\b`)
)

// orderIn looks for what settles it: a date that can be read in one way only, or what is written in one country only.
func orderIn(sheets []*sheet) order {
	var american, european bool
	for _, s := range sheets {
		for _, m := range numbered.FindAllStringSubmatch(s.text, -1) {
			a, _ := strconv.Atoi(m[1])
			b, _ := strconv.Atoi(m[2])
			switch {
			case a > 12 && b <= 12:
				return order{false, true}
			case b > 12 && a <= 12:
				return order{true, true}
			}
		}
		american = american || america.MatchString(s.text)
		european = european || europe.MatchString(s.text)
	}
	return order{american && !european, american != european}
}

func (o order) sort(a, b string) (day, month string, doubt bool) {
	if o.monthFirst {
		a, b = b, a
	}
	return a, b, !o.known && a != b
}

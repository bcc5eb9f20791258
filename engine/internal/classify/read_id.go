package classify

import (
	"regexp"
	"strings"
)

// The ways to an identifier.
var (
	phoneByLabel = way{"phone by label", "label", 0.86}
	phoneByLook  = way{"phone by look", "pattern", 0.50}
	idByChecksum = way{"id by checksum", "check digits", 0.90}
	idByPattern  = way{"id by pattern", "pattern", 0.95}
	idByLabel    = way{"id by label", "label", 0.95}
)

var (
	ibanPattern  = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`)
	vatPattern   = regexp.MustCompile(`\b(?:DE ?\d{3} ?\d{3} ?\d{3}|AT ?U\d{8}|GB ?\d{3} ?\d{4} ?\d{2}|FR ?[A-Z0-9]{2} ?\d{9}|NL ?\d{9}B\d{2}|CHE-?\d{3}\.\d{3}\.\d{3}|(?:BE ?[01]|IT|ES|PL|DK|SE|LU|PT|CZ|FI|IE|HU) ?[A-Z0-9]{7,12})\b`)
	emailPattern = regexp.MustCompile(`[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}`)
	urlPattern   = regexp.MustCompile(`\bhttps?://[^\s<>"')\]]+|\bwww\.[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?:/[^\s<>"')\]]*)?`)
	phonePattern = regexp.MustCompile(`(?:\+\d{1,3}|\(\d{2,5}\)|\b0\d{1,5})(?: ?/ ?|[ -.])?\(?\d[\d /.-]{4,16}\d`)
	phoneLabel   = regexp.MustCompile(`(?:tel|telefon|telephone|phone|mobil|mobile|cell|handy|fon|téléphone|portable)[.: ]*$`)
	// code is a number as firms give them: with a figure in it, in up to four groups.
	code = regexp.MustCompile(`^(?:[A-ZÄÖÜ]{1,5} )?[A-Z0-9ÄÖÜ][A-Z0-9a-zÄÖÜ]*(?:[-/.][A-Z0-9a-z]+)*(?: [-/]? ?[A-Z0-9]+(?:[-/.][A-Z0-9]+)*){0,3}`)
)

func (r *reading) idCandidates(w want) []candidate {
	switch w.ids.name {
	case "iban":
		return r.matching(ibanPattern, idByChecksum, validIBAN, strip)
	case "vat id":
		return r.matching(vatPattern, idByPattern, validVAT, strip)
	case "email":
		return r.matching(emailPattern, idByPattern, nil, nil)
	case "url":
		return r.matching(urlPattern, idByPattern, nil, func(s string) string { return strings.TrimRight(s, ".,;:!?") })
	case "phone":
		return r.phones()
	}
	return r.numbers(w)
}

// matching are the matches of a pattern that pass a check, those that occur first strongest.
func (r *reading) matching(pattern *regexp.Regexp, by way, valid func(string) bool, clean func(string) string) []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, m := range pattern.FindAllStringIndex(s.text, -1) {
			text := s.text[m[0]:m[1]]
			at := span{m[0], m[1]}
			if clean != nil {
				if trimmed := clean(text); strings.HasPrefix(text, trimmed) {
					text, at.end = trimmed, at.start+len(trimmed)
				} else {
					text = trimmed
				}
			}
			if valid == nil || valid(text) {
				list = append(list, candidate{value: text, way: by, sheet: s, span: at})
			}
		}
	}
	return list
}

const figures0 = "0123456789"

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }

// ibanLengths are the lengths of IBANs by country.
var ibanLengths = map[string]int{"AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
	"GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15,
	"PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29}

// validIBAN checks length and check digits (ISO 7064, MOD 97-10).
func validIBAN(s string) bool {
	if len(s) < 15 || ibanLengths[s[:2]] != len(s) {
		return false
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// validVAT checks German numbers (ISO 7064, MOD 11,10) and takes others as they look.
func validVAT(s string) bool {
	if !strings.HasPrefix(s, "DE") {
		return true
	}
	product := 10
	for _, c := range s[2 : len(s)-1] {
		sum := (int(c-'0') + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = 2 * sum % 11
	}
	return (11-product)%10 == int(s[len(s)-1]-'0')
}

func (r *reading) phones() []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, m := range phonePattern.FindAllStringIndex(s.text, -1) {
			at := span{m[0], m[1]}
			digits := strings.Count(strings.Map(figure, s.text[at.start:at.end]), "0")
			if digits < 7 || digits > 15 || withinDates(r.dates, s, at) {
				continue
			}
			by := phoneByLook
			if phoneLabel.MatchString(tail(s.labelOf(at, nil).before)) || strings.HasPrefix(s.text[at.start:], "+") || strings.HasPrefix(s.text[at.start:], "(") {
				by = phoneByLabel
			}
			list = append(list, candidate{value: s.text[at.start:at.end], way: by, sheet: s, span: at})
		}
	}
	return list
}

func figure(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

func withinDates(dates []dated, s *sheet, at span) bool {
	for _, d := range dates {
		if d.sheet == s && at.start < d.end && d.start < at.end {
			return true
		}
	}
	return false
}

// numbers are the codes that stand behind the role's noun.
func (r *reading) numbers(w want) []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, line := range s.lines {
			text := s.text[line.start:line.end]
			for at := 0; at < len(text); at++ {
				if at > 0 && !strings.ContainsRune(" \t:#.(", rune(text[at-1])) {
					continue
				}
				m := code.FindString(text[at:])
				if m == "" {
					continue
				}
				m = trimCode(m)
				if first, _, _ := strings.Cut(m, " "); !strings.ContainsAny(first, figures0) && strings.ToUpper(first) != first {
					continue
				}
				here := span{line.start + at, line.start + at + len(m)}
				if !strings.ContainsAny(m, figures0) || withinDates(r.dates, s, here) || len(m) < 2 {
					continue
				}
				before := tail(lastCell(text[:at]))
				by := way{}
				switch {
				case w.ids.noun.MatchString(before):
					by = idByLabel
				case bare(text[:at]) == "" && w.ids.noun.MatchString(tail(s.above(s.lineAt(here.start), nil))):
					by = byAbove
				}
				if by.name != "" {
					list = append(list, candidate{value: m, way: by, sheet: s, span: here})
					at += len(m)
				}
			}
		}
	}
	return list
}

// trimCode cuts a code behind its last group with a figure in it.
func trimCode(m string) string {
	groups := strings.Split(m, " ")
	for len(groups) > 1 && !strings.ContainsAny(groups[len(groups)-1], figures0) {
		groups = groups[:len(groups)-1]
	}
	return strings.TrimRight(strings.Join(groups, " "), "-/. ")
}

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
	for i, s := range r.sheets {
		dates := r.taken[i]
		for _, m := range phonePattern.FindAllStringIndex(s.text, -1) {
			at := span{m[0], m[1]}
			digits := strings.Count(strings.Map(figure, s.text[at.start:at.end]), "0")
			if digits < 7 || digits > 15 || meets(dates, at) {
				continue
			}
			by := phoneByLook
			if phoneLabel.MatchString(tail(s.labelOf(at, span{0, len(s.text)}, nil).before)) || strings.HasPrefix(s.text[at.start:], "+") || strings.HasPrefix(s.text[at.start:], "(") {
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

// coded is a number as firms give them.
type coded struct {
	sheet *sheet
	span
	text string
	said string // the end of the label, folded
	over string // the end of the line above, when the code begins its line
}

// maxCodes is how many codes of a page are looked at.
const maxCodes = 500

// codesIn finds what can be the number of something.
func codesIn(s *sheet, dates []span) []coded {
	var list []coded
	for _, line := range s.lines {
		text := s.text[line.start:line.end]
		for at := 0; at < len(text) && len(list) < maxCodes; at++ {
			if at > 0 && !strings.ContainsRune(" \t:#.(", rune(text[at-1])) {
				continue
			}
			m := trimCode(code.FindString(text[at:min(len(text), at+maxLabel)]))
			here := span{line.start + at, line.start + at + len(m)}
			if first, _, _ := strings.Cut(m, " "); len(m) < 2 || !hasFigure(m) || !hasFigure(first) && strings.ToUpper(first) != first || meets(dates, here) {
				continue
			}
			c := coded{sheet: s, span: here, text: m, said: tail(lastCell(strings.ToValidUTF8(text[max(0, at-maxLabel):at], "")))}
			if at <= maxLabel && bare(text[:at]) == "" {
				c.over = tail(s.above(s.lineAt(here.start), nil))
			}
			list = append(list, c)
		}
	}
	return list
}

func hasFigure(s string) bool { return strings.ContainsAny(s, "0123456789") }

// numbers are the codes that stand behind the role's noun. Of two that overlap the first counts.
func (r *reading) numbers(w want) []candidate {
	var list []candidate
	end, of := 0, (*sheet)(nil)
	for _, c := range r.codes() {
		by := way{}
		switch {
		case c.sheet == of && c.start < end:
		case w.ids.noun.MatchString(c.said):
			by = idByLabel
		case c.over != "" && w.ids.noun.MatchString(c.over):
			by = byAbove
		}
		if by.name != "" {
			list = append(list, candidate{value: c.text, way: by, sheet: c.sheet, span: c.span})
			end, of = c.end, c.sheet
		}
	}
	return list
}

// trimCode cuts a code behind its last group with a figure in it.
func trimCode(m string) string {
	groups := strings.Split(m, " ")
	for len(groups) > 1 && !hasFigure(groups[len(groups)-1]) {
		groups = groups[:len(groups)-1]
	}
	return strings.TrimRight(strings.Join(groups, " "), "-/. ")
}

package classify

import (
	"regexp"
	"strings"
)

// The ways to a name.
var (
	nameByCue   = way{"name by cue", "label", 0.83}
	nameByBirth = way{"name by birth", "beside the birth date", 0.50}
	nameByRole  = way{"name by role", "in brackets behind it", 0.50}
	nameByTitle = way{"name by title", "form of address", 0.67}
)

// personRole is what a person is to a document.
type personRole struct {
	name   string
	keys   *regexp.Regexp
	cues   *regexp.Regexp // at the end of what stands before the name, or of the line above
	behind *regexp.Regexp // behind the name, in brackets
	born   bool           // whose birth date stands beside the name
	titled bool           // a line that is a form of address and a name
}

func (r personRole) asks() *regexp.Regexp { return r.keys }

func personCue(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}])(?:` + words + `)[ :.,–-]*$`)
}

var personRoles = []personRole{
	{name: "patient", keys: regexp.MustCompile(`patient`), born: true,
		cues: personCue(`patient(?:in)?(?: name| ist)?|re|betr(?:eff|ifft)?|über|for referring|name`)},
	{name: "holder", keys: regexp.MustCompile(`holder|recipient|awarded|inhaber|participant|teilnehmer|absolvent|graduate`), titled: true,
		cues: personCue(`certif(?:y|ies) that|awarded to|presented to|granted to|verliehen an|holder|inhaber(?:in)?|recipient|teilnehmer(?:in)?|kind`)},
	{name: "author", keys: regexp.MustCompile(`author|autor|verfasser|prepared by|written by|bearbeiter`),
		cues: personCue(`(?:prepared|written|compiled|examined|report(?:ed)?) by|authors?|autor(?:in)?|verfasst von|verfasser(?:in)?|bearbeite(?:t von|r)|gutachter(?:in)?|vorgelegt von`)},
	{name: "chair", keys: regexp.MustCompile(`chair|vorsitz|leitung|leiter`), behind: regexp.MustCompile(`^ \((?:in the )?(?:chair|vorsitz|leitung)`),
		cues: personCue(`chair(?:person|man|woman|ed by)?|in the chair|vorsitz(?:ende[rn]?)?|(?:sitzungs|versammlungs)?leit(?:ung|er|erin)|voorzitter`)},
}

const properName = `(?:\p{Lu}[\p{L}'’]+(?:-\p{Lu}[\p{L}'’]+)*|\p{Lu}\.)`

// person is a form of address, if any, and two names or more.
var person = regexp.MustCompile(`(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Mme)\.? )*` + properName + `(?: (?:(?:van|von|de|der|den|da|di|zu|al|el) )*` + properName + `)+`)

var (
	formOfAddress = regexp.MustCompile(`^(?:Mr|Mrs|Ms|Miss|Herrn?|Frau|Mme)\.? `)
	bornBehind    = regexp.MustCompile(`^(?:,? \(?|,\s*)(?:born|geb(?:oren|\.)|geburtsdatum|dob|d\.o\.b|\*|née? le)`)
)

func (r *reading) personCandidates(role *personRole) []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, line := range s.lines {
			text := s.text[line.start:line.end]
			for _, m := range person.FindAllStringIndex(text, -1) {
				at := span{line.start + m[0], line.start + m[1]}
				if by := role.way(s, line, at); by.name != "" {
					at.start += len(formOfAddress.FindString(s.text[at.start:at.end]))
					list = append(list, candidate{value: s.text[at.start:at.end], way: by, sheet: s, span: at})
				}
			}
		}
	}
	return list
}

// way says why a name may be the one of the role.
func (p personRole) way(s *sheet, line, at span) way {
	before := strings.ToValidUTF8(s.text[max(line.start, at.start-maxLabel):at.start], "")
	after := fold(strings.ToValidUTF8(s.text[at.end:min(line.end, at.end+maxLabel)], ""))
	switch {
	case p.cues.MatchString(tail(lastCell(before))):
		return nameByCue
	case p.born && bornBehind.MatchString(after):
		return nameByBirth
	case p.behind != nil && p.behind.MatchString(after):
		return nameByRole
	case bare(before) == "" && bare(after) == "" && p.cues.MatchString(tail(s.above(s.lineAt(at.start), nil))):
		return byAbove
	case p.titled && bare(before) == "" && bare(after) == "" && formOfAddress.MatchString(s.text[at.start:at.end]):
		return nameByTitle
	}
	return way{}
}

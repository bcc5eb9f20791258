package classify

import (
	"regexp"
	"strings"
)

// The ways to a date.
var (
	dateByCue    = way{"date by cue", "label", 0.95}
	dateByRange  = way{"date by range", "range", 0.67}
	dateByVerb   = way{"date by verb", "label", 0.67}
	dateByPlace  = way{"date by place", "position", 0.91}
	dateByHead   = way{"date by head", "position", 0.75}
	dateByFirst  = way{"date by first", "position", 0.80}
	dateByOnly   = way{"date by only", "only one", 0.95}
	dateByChance = way{"date by chance", "position", 0.50}
)

func (r *reading) dateCandidates(w want) []candidate {
	var list []candidate
	for i, d := range r.dates {
		if by, strength := r.dateWay(w, d, i); by.name != "" {
			if d.doubt {
				by.confidence *= rivalled
			}
			list = append(list, candidate{value: d.iso, way: by, strength: strength, sheet: d.sheet, span: d.span})
		}
	}
	return list
}

// dateWay says why a date may be the one that is wanted.
func (r *reading) dateWay(w want, d dated, number int) (way, float64) {
	before, above := d.said, d.over
	role := w.dates
	issue := role == nil || role.name == "issue"
	if role != nil && !issue {
		switch {
		case role.cues.MatchString(before):
			return dateByCue, 0
		case above != "" && role.cues.MatchString(above):
			return byAbove, 0
		case d.second && role.name == "end", d.first && role.name == "start":
			return dateByRange, -float64(number)
		}
	}
	others := d.others()
	if named, whole := w.namedBy(d.label.before); named && !(issue && others) {
		return byName, float64(truth(whole))
	}
	if above != "" && len(above) < 40 && !(issue && others) {
		if named, whole := w.namedBy(d.label.above); named {
			return byAbove, float64(truth(whole))
		}
	}
	switch {
	case others:
		return way{}, 0
	case role != nil && role.name == "travel":
		if bookedOn.MatchString(before) {
			return way{}, 0
		}
		return dateByFirst, -float64(number)
	case !issue:
		return way{}, 0
	case r.oneDate:
		return dateByOnly, 0
	}
	return r.issued(d, before, above, number)
}

// rolesOf says of which roles a label, or the line above, is a cue.
func rolesOf(before, above string) []bool {
	list := make([]bool, len(dateRoles))
	for i, role := range dateRoles {
		list[i] = role.cues.MatchString(before) || above != "" && role.cues.MatchString(above)
	}
	return list
}

// others reports whether a date is plainly one of a role that a document's own date does not have.
func (d dated) others() bool {
	if d.first || d.second {
		return true
	}
	for i, role := range dateRoles {
		if d.roles[i] && role.name != "issue" && role.name != "travel" && role.name != "pay" {
			return true
		}
	}
	return false
}

var (
	// afterPlace is a place before a date, as letters have it: "Kiel, den 9. April".
	afterPlace = regexp.MustCompile(`^\p{Lu}[\p{L}. -]{1,30},? (?:den |le )?$`)
	timeOnly   = regexp.MustCompile(`^,? +\d{1,2}[:.]\d{2}(?: ?(?:Uhr|h|[AaPp]\.?[Mm]\.?))?\s*$`)
	bookedOn   = regexp.MustCompile(`(?:booked|gebucht|ordered|bestellt|paid|bezahlt|printed)[^.]{0,12}$`)
	issueLabel = regexp.MustCompile(`(?:^|[^\p{L}])(?:date|datum|dated|issued|ausgestellt|erstellt|stand|vom|fecha)[ :.]*(?:am |on |of )?$`)
)

// issued is the way to the date of the document itself: a plain label, or a place at the top or the bottom.
func (r *reading) issued(d dated, before, above string, number int) (way, float64) {
	switch line := d.sheet.lineAt(d.start); {
	case issueLabel.MatchString(before) && len(strings.Fields(bare(before))) <= 2 && !particularLabel(strings.Fields(bare(before))):
		return dateByCue, -float64(number)
	case dateRoles[len(dateRoles)-1].cues.MatchString(before):
		return dateByVerb, -float64(number)
	case d.sheet.number > 1:
		return way{}, 0
	case d.label.alone || bare(d.label.before) == "" && timeOnly.MatchString(d.label.after) || afterPlace.MatchString(strings.TrimLeft(d.label.before, " ")):
		return dateByPlace, -float64(number)
	case line < 6:
		return dateByHead, -float64(number)
	}
	return dateByChance, -float64(number)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

package classify

import (
	"regexp"
	"strings"
)

// The ways to a number.
var (
	sumByCue  = way{"sum by cue", "label", 0.95}
	sumByWeak = way{"sum by weak", "label", 0.83}
)

// withoutDates is a label without the dates in it: "Balance on 1 January 2024".
func withoutDates(label string) string {
	for _, pattern := range []*regexp.Regexp{numericDate, dayMonth, monthDay} {
		label = pattern.ReplaceAllString(label, "")
	}
	return label
}

func (r *reading) sumCandidates(w want) []candidate {
	var list []candidate
	for i, n := range r.sums {
		if by, strength := sumWay(w, n); by.name != "" {
			if w.sums != nil && w.sums.largest {
				strength = n.value
			} else if w.sums != nil && w.sums.last {
				strength = float64(i)
			} else {
				strength -= float64(i) / 1e6
			}
			list = append(list, candidate{value: n.value, way: by, strength: strength, sheet: n.sheet, span: n.span})
		}
	}
	return list
}

func sumWay(w want, n sum) (way, float64) {
	before, above := n.said, n.over
	role := w.sums
	if role != nil && n.money && (role.not == nil || !role.not.MatchString(before+" "+above)) {
		for i, cues := range role.cues {
			if cues.MatchString(before) || above != "" && cues.MatchString(above) {
				if i == 0 {
					return sumByCue, 0
				}
				return sumByWeak, 0
			}
		}
		if role.after != nil && role.after.MatchString(strings.ToLower(n.label.after)) {
			return sumByCue, 0
		}
	}
	if role != nil && (!n.money || role.not != nil && role.not.MatchString(before+" "+above)) {
		return way{}, 0
	}
	if named, whole := w.namedBy(n.label.before); named {
		return byName, float64(truth(whole))
	}
	if above != "" && len(above) < 40 {
		if named, whole := w.namedBy(n.label.above); named {
			return byAbove, float64(truth(whole))
		}
	}
	return way{}, 0
}

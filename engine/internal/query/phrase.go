package query

import (
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// admits reports whether a passage that the vector arm alone proposed has every phrase and no exclusion of the query.
// The keyword arm's own passages need no second look.
func (p Parsed) admits(passage catalog.StoredPassage) bool {
	if len(p.Keyword.Phrases) == 0 && len(p.Keyword.Excluded) == 0 {
		return true
	}
	text := append(stems(passage.Context), stems(passage.Text)...)
	for _, phrase := range p.Keyword.Phrases {
		if !contains(text, stems(phrase)) {
			return false
		}
	}
	for _, excluded := range p.Keyword.Excluded {
		if contains(text, stems(excluded)) {
			return false
		}
	}
	return true
}

func stems(text string) []string {
	split := words.Split(text)
	list := make([]string, len(split))
	for i, w := range split {
		list[i] = w.Stem
	}
	return list
}

// contains reports whether part occurs in list as one run.
func contains(list, part []string) bool {
	for i := 0; i+len(part) <= len(list); i++ {
		j := 0
		for j < len(part) && list[i+j] == part[j] {
			j++
		}
		if j == len(part) {
			return true
		}
	}
	return false
}

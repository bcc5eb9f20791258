package classify

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// want is what a field asks for, as far as its key says.
type want struct {
	catalog.CategoryField
	phrase  string  // the key as words, folded
	asked   []asked // those words
	dates   *dateRole
	sums    *sumRole
	ids     *idRole
	persons *personRole
}

// asked is one word of a key.
type asked struct {
	word    string
	notions []notion
	generic bool // it says what type of thing is asked for, and not which
}

// generic are the notions that only say what type of thing is asked for.
var genericNotions = []string{"date", "number", "amount", "name"}

func wantOf(f catalog.CategoryField) want {
	w := want{CategoryField: f, phrase: strings.Join(slices.Collect(eachWord(fold(spaceKey(f.Key)))), " ")}
	for word := range eachWord(w.phrase) {
		if fillers[word] {
			continue
		}
		a := asked{word: word, notions: office().of(word, nil), generic: word == "id"}
		for _, n := range a.notions {
			a.generic = a.generic || slices.Contains(genericNotions, office().names[n])
		}
		// A compound says more than that it is a date: "rechnungsdatum".
		a.generic = a.generic && len(a.notions) <= 1
		w.asked = append(w.asked, a)
	}
	switch f.Type {
	case catalog.FieldDate:
		w.dates = roleOf(dateRoles, w.phrase)
	case catalog.FieldNumber:
		w.sums = roleOf(sumRoles, w.phrase)
	case catalog.FieldShortString, catalog.FieldString:
		w.ids, w.persons = roleOf(idRoles, w.phrase), roleOf(personRoles, w.phrase)
	}
	return w
}

// fillers are words of keys that say nothing.
var fillers = map[string]bool{"of": true, "the": true, "der": true, "des": true, "de": true, "du": true, "la": true, "by": true}

type keyed interface{ asks() *regexp.Regexp }

func roleOf[R keyed](roles []R, phrase string) *R {
	for i := range roles {
		if roles[i].asks().MatchString(phrase) {
			return &roles[i]
		}
	}
	return nil
}

// namedBy reports whether a label is the field's own: all that is particular about the key stands in its last words. A
// key with nothing particular ("date") is named by a label that has nothing either. whole says that what is general
// about the key stands there too.
func (w want) namedBy(text string) (named, whole bool) {
	words := slices.Collect(eachWord(tail(text)))
	if len(words) > 6 {
		words = words[len(words)-6:]
	}
	if len(words) == 0 || len(w.asked) == 0 || toSomebody[words[len(words)-1]] {
		return false, false
	}
	particular := 0
	whole = true
	for _, a := range w.asked {
		has := slices.ContainsFunc(words, a.is)
		if !a.generic {
			particular++
			if !has {
				return false, false
			}
		}
		whole = whole && has
	}
	if particular > 0 {
		return true, whole
	}
	return whole && len(words) <= 2 && !particularLabel(words), whole
}

// toSomebody are words at the end of a label that turn it into another: "prepared for" is not "prepared".
var toSomebody = map[string]bool{"for": true, "to": true, "für": true, "an": true, "pour": true}

// particularLabel reports whether a label says which date, number or name it is.
func particularLabel(words []string) bool {
	for _, word := range words {
		notions := office().of(word, nil)
		if len(notions) > 1 || len(notions) == 1 && !slices.Contains(genericNotions, office().names[notions[0]]) {
			return true
		}
	}
	return false
}

// is reports whether a word of a label means what the word of the key does.
func (a asked) is(word string) bool {
	if word == a.word || len(a.word) >= 4 && strings.HasPrefix(word, a.word) {
		return true
	}
	if len(a.notions) == 0 {
		return false
	}
	have := office().of(word, nil)
	// Every notion of the key's word: "rechnungsdatum" is not any date.
	for _, n := range a.notions {
		if !slices.Contains(have, n) {
			return false
		}
	}
	return true
}

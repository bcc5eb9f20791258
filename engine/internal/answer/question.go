package answer

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// kind is what an answer must hold to be one.
type kind int

const (
	anything kind = iota
	person
	number
	date
	place
)

// question is a question taken apart.
type question struct {
	kind    kind
	all     map[string]bool    // stems of every word, also of those that only make a question of it
	weight  map[string]float64 // stems of the words that say what it is about -> how much they tell
	sum     float64            // of the weights
	english bool
}

// cues say by which words, folded, a question asks for a kind, in the order in which they are tried.
var cues = []struct {
	kind    kind
	phrases string
}{
	{number, "how many|how much|how long|how far|how old|how tall|how high|how large|how big|how fast|how deep|what percentage|what percent|what number|what amount|" +
		"wie viele|wie viel|wieviel|wieviele|wie lange|wie hoch|wie gross|wie alt|wie weit|combien|cuanto|cuantos|cuanta|cuantas|quanto|quanti|quante|quantos|hoeveel|多少|几个"},
	{date, "when|what year|which year|what date|what day|what month|what decade|what century|in what year|wann|in welchem jahr|quand|quelle annee|cuando|en que ano|quando|wanneer|什么时候|何时|哪年"},
	{person, "who|whom|whose|wer|wem|wen|wessen|qui|quien|quienes|chi|quem|wie was|谁"},
	{place, "where|what city|what country|which city|which country|what state|in what city|wo|woher|wohin|ou|donde|dove|onde|waar|哪里|在哪"},
}

func read(text string) question {
	q := question{all: map[string]bool{}, weight: map[string]float64{}}
	split := words.Split(text)
	folded := make([]string, len(split))
	for i, w := range split {
		folded[i] = words.Fold(w.Text)
		q.all[w.Stem] = true
	}
	line := " " + strings.Join(folded, " ") + " "
	for _, c := range cues {
		for _, phrase := range strings.Split(c.phrases, "|") {
			if q.kind == anything && (strings.Contains(line, " "+phrase+" ") || phrase[0] >= 0x80 && strings.Contains(text, phrase)) {
				q.kind = c.kind
			}
		}
	}
	q.english = words.English(folded)
	function := words.FunctionWords(folded)
	for i, w := range split {
		if !function[folded[i]] {
			q.weight[w.Stem] = 1
		}
	}
	if len(q.weight) == 0 {
		for _, w := range split {
			q.weight[w.Stem] = 1
		}
	}
	return q
}

// weigh gives every word the weight of its rarity among the sentences: what all of them say tells nothing.
func (q *question) weigh(list []sentence) {
	count := map[string]int{}
	for _, s := range list {
		here := map[string]bool{}
		for _, w := range s.words {
			if _, asked := q.weight[w.Stem]; asked && !here[w.Stem] {
				here[w.Stem] = true
				count[w.Stem]++
			}
		}
	}
	q.sum = 0
	for stem := range q.weight {
		n := float64(len(list))
		q.weight[stem] = math.Log(1 + (n+1)/(float64(count[stem])+1))
		q.sum += q.weight[stem]
	}
}

// overlap is the share of the question's weight that words carry.
func (q question) overlap(lists ...[]words.Word) float64 {
	here := map[string]bool{}
	sum := 0.0
	for _, list := range lists {
		for _, w := range list {
			if weight, asked := q.weight[w.Stem]; asked && !here[w.Stem] {
				here[w.Stem] = true
				sum += weight
			}
		}
	}
	if q.sum == 0 {
		return 0
	}
	return sum / q.sum
}

// cue says whether a sentence holds something of the kind that is asked for, beyond the question's own words: 1 yes,
// 0 no, and 0.5 when the question does not say.
func (q question) cue(s sentence) float64 {
	var held bool
	switch q.kind {
	case anything:
		return 0.5
	case number:
		held = q.holds(s, func(w words.Word, _ int) bool { return hasDigit(w.Text) || numerals[words.Fold(w.Text)] })
	case date:
		held = q.holds(s, func(w words.Word, _ int) bool { return isYear(w.Text) || months[words.Fold(w.Text)] })
	case person, place:
		held = q.holds(s, func(w words.Word, i int) bool {
			first := []rune(w.Text)[0]
			return unicode.IsUpper(first) && i > 0 && len(w.Text) > 1 || words.Unspaced(first)
		})
	}
	if held {
		return 1
	}
	return 0
}

// echoedBy reports whether a stretch that is no whole sentence, such as a heading, has only words of the question, those
// that carry no subject aside.
func (q question) echoedBy(s sentence) bool {
	last, _ := utf8.DecodeLastRuneInString(s.shown)
	if unicode.In(last, unicode.STerm) {
		return false
	}
	folded := make([]string, len(s.words))
	for i, w := range s.words {
		folded[i] = words.Fold(w.Text)
	}
	function := words.FunctionWords(folded)
	for i, w := range s.words {
		if !q.all[w.Stem] && !function[folded[i]] {
			return false
		}
	}
	return true
}

// holds reports whether a word of s that is not the question's satisfies is.
func (q question) holds(s sentence, is func(w words.Word, i int) bool) bool {
	for i, w := range s.words {
		if !q.all[w.Stem] && is(w, i) {
			return true
		}
	}
	return false
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

func isYear(s string) bool {
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 3 && digits <= 4
}

var numerals = listed(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
	seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half
	third quarter dozen once twice several ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf zwanzig dreissig
	hundert tausend million millionen milliarden halfte deux trois quatre cinq six sept huit neuf dix cent mille dos tres
	cuatro cinco seis siete ocho nueve diez cien mil`)

var months = listed(`january february march april may june july august september october november december januar februar
	marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre century decade jahrhundert`)

func listed(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(text) {
		m[w] = true
	}
	return m
}

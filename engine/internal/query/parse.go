package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

const (
	// maxQuery is the length of a query in code points.
	maxQuery = 10_000
	// maxTerms is how many different words the keyword arm looks for; the first ones of a longer query.
	maxTerms = 64
	// maxPhrases and maxTraits bound the phrases, the exclusions and the field words.
	maxPhrases = 16
	maxTraits  = 16
)

// Parsed is a query taken apart.
type Parsed struct {
	Keyword catalog.KeywordQuery
	Traits  []catalog.Trait // of the field words
	Meaning string          // what the vector arm embeds: the query without its exclusions and field words; may be empty
	Wrong   []string        // a sentence for each field word that was passed over
	stems   map[string]bool // of the words that count, for marks and names
	english bool
}

// Parse reads what a person typed. A phrase in double quotes must occur as it stands; a word or phrase with a minus in
// front, at the beginning or after a space, must not occur; a field word (type:pdf, in:"tax papers", -type:image, see
// catalog.Trait) says which documents to look at; everything else is words, of which any may occur. There is no other
// syntax, so nothing in a query can be malformed: an unpaired quote is a character like any other, and so is a colon
// behind a word that names no field. Words that only make a question of it ("how many", "the") are dropped from the keyword arm unless nothing else is left.
// Invalid when the query is empty, too long, or has nothing to look for.
func Parse(query string, typing bool) (Parsed, error) {
	if len(query) > 4*maxQuery || utf8.RuneCountInString(query) > maxQuery {
		return Parsed{}, catalog.Errorf(catalog.Invalid, "The query is longer than %d characters; shorten it.", maxQuery)
	}
	query = clean(query)
	if strings.TrimSpace(query) == "" {
		return Parsed{}, catalog.Errorf(catalog.Invalid, "The query is empty; type what to look for.")
	}
	var p Parsed
	var loose []string
	for rest := query; rest != ""; {
		var part piece
		part, rest = next(rest)
		switch {
		case p.takeField(part, typing && rest == ""):
			continue
		case len(words.Split(part.text)) == 0:
			continue
		case part.excluded:
			if len(p.Keyword.Excluded) < maxPhrases {
				p.Keyword.Excluded = append(p.Keyword.Excluded, part.text)
			}
			continue
		case part.quoted && len(p.Keyword.Phrases) < maxPhrases:
			p.Keyword.Phrases = append(p.Keyword.Phrases, part.text)
		}
		loose = append(loose, part.text)
	}
	p.Meaning = strings.Join(loose, " ")
	p.Keyword.Terms, p.english = terms(p.Meaning)
	if len(p.Keyword.Terms) == 0 && len(p.Traits) > 0 && len(p.Keyword.Excluded) == 0 {
		return p, nil // every document that has them
	}
	if len(p.Keyword.Terms) == 0 {
		return Parsed{}, catalog.Errorf(catalog.Invalid, "The query has no word to look for; type at least one that is not excluded.")
	}
	last, _ := utf8.DecodeLastRuneInString(query)
	p.Keyword.Prefix = typing && !unicode.IsSpace(last) && last != '"' && len(p.Keyword.Terms) > 0 &&
		strings.HasSuffix(query, p.Keyword.Terms[len(p.Keyword.Terms)-1])
	p.stems = map[string]bool{}
	for _, t := range p.Keyword.Terms {
		for _, w := range words.Split(t) {
			p.stems[w.Stem] = true
		}
	}
	return p, nil
}

// clean makes the query valid UTF-8 without control characters.
func clean(query string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, query)
}

// piece is a word, a quoted phrase or a field word, perhaps excluded.
type piece struct {
	field, text      string // field is empty where there is none
	quoted, excluded bool
}

// takeField takes a field word in and reports whether part was one. The last word of a query that is still being typed
// may have come as far as its colon.
func (p *Parsed) takeField(part piece, unfinished bool) bool {
	if part.field == "" {
		return false
	}
	trait, known, err := catalog.ParseTrait(part.field, part.text)
	trait.Not = part.excluded
	switch {
	case !known:
		return false
	case err != nil && !unfinished:
		p.Wrong = append(p.Wrong, catalog.MessageOf(err))
	case err == nil && part.text != "" && len(p.Traits) < maxTraits:
		p.Traits = append(p.Traits, trait)
	}
	return true
}

// next takes the first piece off a query.
func next(query string) (p piece, rest string) {
	query = strings.TrimLeftFunc(query, unicode.IsSpace)
	if after, ok := strings.CutPrefix(query, "-"); ok && after != "" {
		if r, _ := utf8.DecodeRuneInString(after); opensQuote(r) || unicode.IsLetter(r) || unicode.IsDigit(r) {
			p.excluded, query = true, after
		}
	}
	if name, value, ok := fieldName(query); ok {
		p.field, query = name, value
	}
	if r, size := utf8.DecodeRuneInString(query); opensQuote(r) {
		if end := strings.IndexFunc(query[size:], closesQuote); end >= 0 {
			p.text, p.quoted = strings.TrimSpace(query[size:size+end]), true
			_, closing := utf8.DecodeRuneInString(query[size+end:])
			return p, query[size+end+closing:]
		}
	}
	end := strings.IndexFunc(query, unicode.IsSpace)
	if end < 0 {
		end = len(query)
	}
	p.text = query[:end]
	return p, query[end:]
}

// SplitFields takes the field words off a query or a question, for those who read the rest in their own way.
func SplitFields(query string) (rest string, traits []catalog.Trait) {
	var p Parsed
	var kept strings.Builder
	for left := clean(query); left != ""; {
		part, after := next(left)
		if !p.takeField(part, false) {
			kept.WriteString(left[:len(left)-len(after)])
		}
		left = after
	}
	return kept.String(), p.Traits
}

// fieldName splits the name of a field off the beginning of a query. A name that no field has is a word: 10:30, re:invent.
func fieldName(query string) (name, value string, ok bool) {
	colon := strings.IndexByte(query, ':')
	if colon <= 0 || strings.ContainsFunc(query[:colon], func(r rune) bool { return r < 'A' || r > 'z' }) {
		return "", query, false
	}
	_, known, _ := catalog.ParseTrait(query[:colon], "")
	return query[:colon], query[colon+1:], known
}

func opensQuote(r rune) bool  { return strings.ContainsRune("\"“„«", r) }
func closesQuote(r rune) bool { return strings.ContainsRune("\"”“»", r) }

// terms returns the different words to look for, in order, without those that only make a question of it. A run of a
// script without spaces is one term: the store splits it. English says whether the text looks like it.
func terms(text string) (kept []string, english bool) {
	all := split(text)
	folded := make([]string, len(all))
	for i, w := range all {
		folded[i] = words.Fold(w)
	}
	function := words.FunctionWords(folded)
	seen := map[string]bool{}
	for _, keepAll := range []bool{false, true} {
		for i, w := range all {
			if !seen[folded[i]] && (keepAll || !function[folded[i]]) && len(kept) < maxTerms {
				seen[folded[i]] = true
				kept = append(kept, w)
			}
		}
		if len(kept) > 0 {
			break
		}
	}
	return kept, words.English(folded)
}

// split returns the words of text, runs of scripts without spaces whole.
func split(text string) (list []string) {
	runes := []rune(text)
	end := -1
	for _, w := range words.Split(text) {
		if w.Start < end {
			list[len(list)-1] += string(runes[end:w.End])
		} else {
			list = append(list, w.Text)
		}
		end = w.End
	}
	return list
}

package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// Documents is what counting needs of the store.
type Documents interface {
	Corpus
	// Having returns the keys of the contents in scope whose text has every one of the words, or a form of it; without
	// words, of all that have text. In the order in which they are shown, latest first.
	Having(ctx context.Context, scope catalog.Scope, words []string) ([]int64, error)
	// EachPage calls each for every stored page of the contents, one content after the other in the order of keys, pages
	// ascending, until it returns false for that content.
	EachPage(ctx context.Context, keys []int64, each func(key int64, page catalog.Page) (more bool)) error
	// Admit returns the number of contents in scope; the set is not used.
	Admit(ctx context.Context, scope catalog.Scope) (*catalog.ContentSet, int, error)
	// Unread returns how many contents in scope wait to be read and how many could not be.
	Unread(ctx context.Context, scope catalog.Scope) (waiting, failed int, err error)
}

// Originals says how contents relate to their originals now, by key.
type Originals interface {
	States(ctx context.Context, contents []catalog.Content) map[int64]catalog.HitState
}

// CountedMode names answers that were made by going through all documents.
const CountedMode = "counted"

const (
	// mostListed bounds the documents that an answer names; the number it states is of all of them.
	mostListed = 1000
	// mostNamed is how many documents a count names as examples.
	mostNamed = 10
	// longestQuote is the length in code points to which the sentence with a mention is cut.
	longestQuote = 300
)

// mention is a document with the place of the first mention; no place when it mentions nothing.
type mention struct {
	key   int64
	page  int
	span  catalog.Span
	quote string
}

// Count answers a question about the documents themselves by going through every one in scope. What counts as a mention
// is the word or the phrase as it stands, whole, in any case. Every document that is named carries the place of its first
// mention, where there is one.
func Count(ctx context.Context, d Documents, o Originals, question string, c Counting, scope catalog.Scope) (catalog.Answer, error) {
	scope.Traits = append(slices.Clone(scope.Traits), c.Kind...)
	_, admitted, err := d.Admit(ctx, scope)
	if err != nil {
		return catalog.Answer{}, fmt.Errorf("count the documents: %w", err)
	}
	found, err := mentions(ctx, d, c, scope)
	if err != nil {
		return catalog.Answer{}, err
	}
	shown := mostListed
	if !c.List {
		shown = mostNamed
	}
	cited, err := cite(ctx, d, o, found[:min(shown, len(found))])
	if err != nil {
		return catalog.Answer{}, err
	}
	answer := catalog.Answer{
		Query: question, Answered: true, Mode: CountedMode, AnalyzedDocumentCount: admitted,
		CitedContent: cited, Nearest: []catalog.Hit{}, Response: c.response(len(found), admitted, cited),
	}
	waiting, failed, err := d.Unread(ctx, scope)
	if err != nil {
		return catalog.Answer{}, fmt.Errorf("count what is not read: %w", err)
	}
	answer.Warnings = notCounted(waiting, failed)
	return answer, nil
}

// mentions returns the documents that c asks for, latest first.
func mentions(ctx context.Context, d Documents, c Counting, scope catalog.Scope) ([]mention, error) {
	finders := make([]words.Finder, 0, len(c.Phrases))
	for _, phrase := range c.Phrases {
		finder, ok := words.NewFinder(phrase)
		if !ok {
			return nil, catalog.Errorf(catalog.Invalid, "%q has no word to look for.", phrase)
		}
		finders = append(finders, finder)
	}
	candidates, err := candidates(ctx, d, c, scope)
	if err != nil {
		return nil, fmt.Errorf("look for candidates: %w", err)
	}
	seen := make(map[int64]*sighting, len(candidates))
	if len(finders) > 0 {
		err = d.EachPage(ctx, candidates, func(key int64, page catalog.Page) bool {
			s := seen[key]
			if s == nil {
				s = &sighting{missing: len(finders), found: make([]bool, len(finders))}
				seen[key] = s
			}
			s.look(finders, page)
			return s.missing > 0 && !(c.Any && s.missing < len(finders))
		})
		if err != nil {
			return nil, fmt.Errorf("read the documents: %w", err)
		}
	}
	if c.Not {
		return c.others(ctx, d, scope, seen)
	}
	var list []mention
	for _, key := range candidates {
		switch s := seen[key]; {
		case len(finders) == 0:
			list = append(list, mention{key: key})
		case s != nil && s.satisfies(c):
			list = append(list, mention{key: key, page: s.page, span: s.span, quote: s.quote})
		}
	}
	return list, nil
}

// candidates returns the contents that may be meant: of several phrases each one's, together or in common.
func candidates(ctx context.Context, d Documents, c Counting, scope catalog.Scope) ([]int64, error) {
	if !c.Any {
		var all []string
		for _, phrase := range c.Phrases {
			all = append(all, wordsOf(phrase)...)
		}
		return d.Having(ctx, scope, all)
	}
	var union []int64
	seen := map[int64]bool{}
	for _, phrase := range c.Phrases {
		keys, err := d.Having(ctx, scope, wordsOf(phrase))
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			if !seen[key] {
				seen[key] = true
				union = append(union, key)
			}
		}
	}
	return union, nil
}

func wordsOf(phrase string) (list []string) {
	for _, w := range words.Split(phrase) {
		list = append(list, w.Text)
	}
	return list
}

// sighting is what was found of the phrases in one document so far.
type sighting struct {
	found   []bool
	missing int
	page    int // of the first mention; 0: none yet
	span    catalog.Span
	quote   string
}

func (s *sighting) look(finders []words.Finder, page catalog.Page) {
	for i, f := range finders {
		if s.found[i] {
			continue
		}
		start, end, ok := f.Find(page.Text)
		if !ok {
			continue
		}
		s.found[i] = true
		s.missing--
		if s.page == 0 {
			s.page = page.Number
			s.span, s.quote = around(page.Text, catalog.Span{Start: start, End: end})
		}
	}
}

func (s *sighting) satisfies(c Counting) bool {
	return s.missing == 0 || c.Any && s.missing < len(s.found)
}

// around returns the sentence of a text that has the span, or as much of it around the span as a quote may have.
func around(text string, mention catalog.Span) (catalog.Span, string) {
	runes := []rune(text)
	from, to := max(0, mention.Start-longest), min(len(runes), mention.End+longest)
	for _, s := range split(string(runes[from:to])) {
		start, end := from+s.Start, from+s.End
		if start <= mention.Start && mention.End <= end && end-start <= longestQuote {
			return catalog.Span{Start: start, End: end}, s.text
		}
	}
	for from = max(0, mention.Start-longestQuote/2); from > 0 && from < mention.Start && runes[from-1] != ' ' && runes[from-1] != '\n'; from++ {
	}
	for to = min(len(runes), mention.End+longestQuote/2); to < len(runes) && to > mention.End && runes[to] != ' ' && runes[to] != '\n'; to-- {
	}
	return catalog.Span{Start: from, End: to}, string(runes[from:to])
}

// others are the documents with text that do not mention what c asks for.
func (c Counting) others(ctx context.Context, d Documents, scope catalog.Scope, seen map[int64]*sighting) ([]mention, error) {
	all, err := d.Having(ctx, scope, nil)
	if err != nil {
		return nil, fmt.Errorf("list the documents: %w", err)
	}
	var list []mention
	for _, key := range all {
		if s := seen[key]; s == nil || !s.satisfies(c) {
			list = append(list, mention{key: key})
		}
	}
	return list, nil
}

// cite makes citations of mentions. A document without a mention is cited at its beginning.
func cite(ctx context.Context, d Documents, o Originals, list []mention) ([]catalog.CitedContent, error) {
	keys := make([]int64, len(list))
	for i, m := range list {
		keys[i] = m.key
	}
	contents, err := d.Contents(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read the documents that are named: %w", err)
	}
	states := o.States(ctx, contents)
	byKey := make(map[int64]catalog.Content, len(contents))
	for _, content := range contents {
		byKey[content.Key] = content
	}
	cited := []catalog.CitedContent{}
	for _, m := range list {
		content, live := byKey[m.key]
		if !live {
			continue
		}
		state, known := states[m.key]
		if !known {
			state = catalog.HitOffline
		}
		cited = append(cited, catalog.CitedContent{Content: content, State: state, Citation: catalog.Citation{
			Number: len(cited), Page: max(1, m.page), Start: m.span.Start, End: m.span.End, Quote: m.quote,
		}})
	}
	return cited, nil
}

// response says the number and names the documents.
func (c Counting) response(found, admitted int, cited []catalog.CitedContent) string {
	var b strings.Builder
	b.WriteString(c.sentence(found, admitted))
	if len(cited) == 0 {
		b.WriteByte('.')
		return b.String()
	}
	b.WriteByte(':')
	for _, content := range cited {
		fmt.Fprintf(&b, "\n- %s 【%d】", content.FileName, content.Citation.Number)
	}
	if more := found - len(cited); more > 0 {
		fmt.Fprintf(&b, "\n- and %d more", more)
	}
	return b.String()
}

// sentence says the number: "3 of 340 documents mention “rust” and “copper”".
func (c Counting) sentence(found, admitted int) string {
	kind := "document"
	if len(c.Kind) > 0 {
		kind += " of the kind " + c.Kind[0].Value
	}
	if len(c.Phrases) == 0 {
		return fmt.Sprintf("There %s %d %s", oneOrMore(admitted, "is", "are"), admitted, plural(kind, admitted))
	}
	verb := oneOrMore(found, "mentions", "mention")
	if c.Not {
		verb = oneOrMore(found, "does", "do") + " not mention"
	}
	how := " and "
	if c.Any {
		how = " or "
	}
	named := make([]string, len(c.Phrases))
	for i, phrase := range c.Phrases {
		named[i] = "“" + phrase + "”"
	}
	return fmt.Sprintf("%d of %d %s %s %s", found, admitted, plural(kind, admitted), verb, strings.Join(named, how))
}

func plural(kind string, n int) string {
	return strings.Replace(kind, "document", oneOrMore(n, "document", "documents"), 1)
}

func oneOrMore(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// notCounted says what could not be looked through.
func notCounted(waiting, failed int) (list []string) {
	if waiting > 0 {
		list = append(list, fmt.Sprintf("%d %s still waiting to be read and not counted.", waiting, oneOrMore(waiting, "document is", "documents are")))
	}
	if failed > 0 {
		list = append(list, fmt.Sprintf("%d %s could not be read and %s not counted.", failed, oneOrMore(failed, "document", "documents"), oneOrMore(failed, "is", "are")))
	}
	return list
}

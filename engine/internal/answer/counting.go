package answer

import (
	"regexp"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Counting is a question about the documents rather than about what they say: how many there are, how many mention
// something, which ones do. It is answered by going through all of them, never from the best few.
type Counting struct {
	List    bool            // name them all, not only how many
	Phrases []string        // what they mention; none: whatever they say
	Any     bool            // one of Phrases is enough
	Not     bool            // those that do not mention it
	Kind    []catalog.Trait // "how many PDFs"
}

// countingForms are the ways of asking, tried in order, on the question without its last punctuation and in one line.
// Groups: noun = what is counted, not = a negation, what = what they mention.
var countingForms = []struct {
	list bool
	form *regexp.Regexp
}{
	{false, form(`(?:in )?how many (?:of )?%your%noun (?:are there |do i have |exist )?(?:that |which |who )?%not%mention %what`)},
	{false, form(`(?:in )?how many (?:of )?%your%noun (?:is|are|do|does) %what (?:is |are )?(?:mentioned|appear|appears|occur|occurs|named|come up|show up|found)(?: in)?`)},
	{false, form(`(?:count|number of|what is the number of|give me the number of) (?:all )?%your%noun (?:that |which )?%not%mention %what`)},
	{false, form(`how many %your%noun (?:are there|do i have|have i(?: got)?|are in here|exist|are in (?:this|the|my) (?:workspace|library|collection))(?: in total| altogether)?`)},
	{true, form(`(?:please )?(?:list|show|find|name|give|enumerate|return|get)(?: me)?(?: all| every| each)?(?: of)? %your%noun (?:that |which )?%not%mention %what`)},
	{true, form(`(?:which|what)(?: of)? %your%noun (?:are there that |are the ones that )?%not%mention %what`)},
	{true, form(`(?:in )?(?:which|what) %your%noun (?:is|are|do|does) %what (?:mentioned|appear|appears|occur|occurs|named|come up|show up|found)(?: in)?`)},
	{false, form(`wie viele %your%noun (?:gibt es,? die |sind es,? die )?%what (?P<not>nicht )?%erwähnen`)},
	{false, form(`wie viele %your%noun %erwähnen %what`)},
	{false, form(`in wie vielen %your%noun (?:kommt|kommen|wird|werden|steht|ist von) %what (?:vor|erwähnt|genannt|die rede)?`)},
	{false, form(`wie viele %your%noun (?:gibt es|habe ich|sind es)(?: insgesamt)?`)},
	{true, form(`(?:liste|zeig|zeige|nenne|finde|suche)(?: mir)?(?: alle)? %your%noun(?: auf)?,? (?:die|in denen|welche) %what (?P<not>nicht )?(?:%erwähnen|vorkommt|vorkommen|steht)(?: auf)?`)},
	{true, form(`(?:welche|in welchen) %your%noun (?:%erwähnen|kommt|kommen|wird|werden|steht) %what(?: vor| erwähnt| genannt)?`)},
	{false, form(`combien de %your%noun (?:mentionnent|contiennent|citent|parlent de) %what`)},
	{true, form(`quels %your%noun (?:mentionnent|contiennent|citent|parlent de) %what`)},
	{false, form(`(?:cuántos|cuantos) %your%noun (?:mencionan|contienen|hablan de) %what`)},
	{true, form(`(?:qué|que|cuáles|cuales) %your%noun (?:mencionan|contienen|hablan de) %what`)},
}

// form writes a way of asking as an expression for the whole of a question.
func form(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?is)^(?:` + strings.NewReplacer(
		"%your", `(?:(?:the|my|our|these|those|all|meiner|meine|der|die|den|meinen|mes|mis) )*`,
		"%noun", `(?P<noun>documents?|docs?|files?|papers?|notes?|pdfs?|pdf files|e-?mails?|mails?|messages?|letters?|spreadsheets?|presentations?|texts?|articles?|contents?|items|`+
			`word documents|images?|pictures?|photos?|dokumenten?|dokumente|dateien|unterlagen|texten?|texte|briefen?|briefe|notizen|fichiers?|documentos?|archivos?)`,
		"%not", `(?P<not>(?:do|does) not |(?:do|does)n['’]t |never )?`,
		"%mention", `(?:mention(?:s|ed|ing)?|contain(?:s|ing)?|include(?:s)?|including|refer(?:s|ring)? to|reference(?:s)?|talk(?:s|ing)? about|speak(?:s|ing)? of|discuss(?:es|ing)?|`+
			`(?:have|has|use|uses|using|with|say|says|saying|cite|cites|name|names)|(?:are |is )?about|deal(?:s|ing)? with)`,
		"%erwähnen", `(?:erwähnen|erwaehnen|enthalten|nennen|beinhalten|behandeln|handeln von|sprechen von)`,
		"%what", `(?P<what>.+?)`,
	).Replace(pattern) + `)$`)
}

// nouns that say which kind of file is counted.
var nounKinds = []struct{ noun, kind string }{
	{"pdf", "pdf"}, {"mail", "mail"}, {"message", "mail"}, {"spreadsheet", "sheet"}, {"presentation", "slides"},
	{"word doc", "document"}, {"image", "image"}, {"picture", "image"}, {"photo", "image"},
}

// ReadCounting reads a question; ok is false when it is not one about the documents themselves.
func ReadCounting(question string) (c Counting, ok bool) {
	line := strings.TrimRight(strings.Join(strings.Fields(question), " "), " ?.!？。")
	for _, way := range countingForms {
		found := way.form.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		part := func(name string) string {
			if i := way.form.SubexpIndex(name); i >= 0 {
				return found[i]
			}
			return ""
		}
		c = Counting{List: way.list, Not: part("not") != ""}
		for _, k := range nounKinds {
			if strings.Contains(strings.ToLower(part("noun")), k.noun) {
				c.Kind = []catalog.Trait{{Field: catalog.TraitType, Value: k.kind}}
				break
			}
		}
		c.Phrases, c.Any = phrases(part("what"))
		return c, len(c.Phrases) > 0 || part("what") == ""
	}
	return Counting{}, false
}

var (
	quoted   = regexp.MustCompile(`["“„«]([^"“”„«»]+)["”“»]|‘([^’]+)’|(?:^|\s)'([^']+)'(?:\s|$)`)
	labelled = regexp.MustCompile(`(?i)^(?:(?:the|a|an|das|den|die|le|la|el) )?(?:exact )?(?:words?|phrases?|terms?|names?|strings?|keywords?|text|topic of|wort|begriff|namen?|mot|palabra)s?:? +`)
	article  = regexp.MustCompile(`(?i)^(?:the|an?|das|den|die|der|dem|eine?n?) +`)
	trailing = regexp.MustCompile(`(?i) (?:in (?:them|it|their text|the text|my (?:documents|files|library|workspace)|this workspace|here)|anywhere|at all|somewhere)$`)
	both     = regexp.MustCompile(`(?i)^(?:both |sowohl )?(.+?)(?: and | und | et | y | als auch )(.+)$`)
	either   = regexp.MustCompile(`(?i)^(?:either |entweder )?(.+?)(?: or | oder | ou )(.+)$`)
)

// phrases takes apart what documents are to mention. Words in quotes stand as they are; without quotes "and" and "or"
// join two things.
func phrases(what string) (list []string, any bool) {
	what = strings.TrimSpace(trailing.ReplaceAllString(strings.TrimSpace(what), ""))
	if found := quoted.FindAllStringSubmatch(what, -1); found != nil {
		for _, groups := range found {
			list = append(list, strings.TrimSpace(groups[1]+groups[2]+groups[3]))
		}
		return list, len(list) > 1 && either.MatchString(what)
	}
	what = labelled.ReplaceAllString(what, "")
	if found := either.FindStringSubmatch(what); found != nil {
		return clean(found[1], found[2]), true
	}
	if found := both.FindStringSubmatch(what); found != nil {
		return clean(found[1], found[2]), false
	}
	return clean(what), false
}

// clean takes labels and stray marks off and leaves out what has nothing left.
func clean(list ...string) (kept []string) {
	for _, s := range list {
		s = strings.Trim(labelled.ReplaceAllString(strings.TrimSpace(s), ""), " \"'“”‘’,;:")
		s = article.ReplaceAllString(s, "")
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

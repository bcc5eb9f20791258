package answer

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// Chat is a language model.
type Chat interface {
	Chat(ctx context.Context, p catalog.Prompt, told func(piece string) error) (string, error)
}

// Writer has answers written by a language model.
type Writer struct {
	Chat         Chat
	Name         string // of the model: the mode of its answers
	Tokens       int    // of its context
	Instructions string // of the agent
}

const (
	// borne is the share of a sentence's weighty words that its passages must have.
	borne = 0.6
	// clear is the share from which a sentence without a mark is given the passage that bears it.
	clear = 0.75
	// unborne follows a sentence that nothing bears out.
	unborne = "(not found in the documents)"
)

// Write answers as Answer does, with the words of a language model. Whatever it writes is checked: a sentence keeps the
// citations that bear it out, quoted at the place that does; one without any is marked. When the model fails, is slow, or
// writes nothing that the documents bear out, quoted sentences answer instead and a warning says why. told is called with
// the text as it is written, unchecked; nil for none.
func (a *Answerer) Write(ctx context.Context, question string, hits []catalog.Hit, w Writer, told func(piece string) error) (catalog.Answer, error) {
	extractive, err := a.Answer(ctx, question, hits)
	if err != nil || !extractive.Answered {
		return extractive, err // nothing is near enough: a model would only invent
	}
	p, passages, left := prompt(question, w.Instructions, hits, w.Tokens)
	instead := func(why string) catalog.Answer {
		extractive.Warnings = append(extractive.Warnings, why+" Quoted sentences answer instead.")
		return extractive
	}
	if len(passages) == 0 {
		return instead("No passage fits into the context of the language model."), nil
	}
	reply, err := w.Chat.Chat(ctx, p, told)
	if ctx.Err() != nil {
		return catalog.Answer{}, ctx.Err()
	}
	if err != nil {
		return instead(catalog.MessageOf(err)), nil
	}
	written := sentencesOf(reply)
	if len(written) == 0 || strings.Contains(reply, nothingSaid) {
		return instead("The language model " + w.Name + " found no answer in the passages."), nil
	}
	answer := catalog.Answer{Query: question, Mode: w.Name, Nearest: extractive.Nearest}
	q := read(question)
	q.weigh(collect(hits))
	if err := a.bearOut(ctx, &answer, q, written, passages); err != nil {
		return catalog.Answer{}, err
	}
	if len(answer.CitedContent) == 0 {
		return instead("What the language model " + w.Name + " wrote is not borne out by your documents."), nil
	}
	answer.Answered = true
	if left > 0 {
		answer.Warnings = append(answer.Warnings, fmt.Sprintf("%d %s in the documents that read like orders to a language model were left out.", left, oneOrMore(left, "sentence", "sentences")))
	}
	return answer, nil
}

// numberMark is a citation as models write it.
var numberMark = regexp.MustCompile(`[\[【]\s*\d{1,2}(?:\s*[,;]\s*\d{1,2})*\s*[\]】]`)

// writtenSentence is a sentence of a reply with the numbers of the passages it names, from 1.
type writtenSentence struct {
	text  string
	marks []int
}

// sentencesOf takes a reply apart: sentences, without their marks, in plain text.
func sentencesOf(reply string) (list []writtenSentence) {
	reply = thinking.ReplaceAllString(reply, "")
	// A mark behind a full stop belongs to the sentence before it.
	reply = markBehind.ReplaceAllString(reply, " $2$1")
	for _, s := range split(strings.ToValidUTF8(reply, "")) {
		var w writtenSentence
		for _, mark := range numberMark.FindAllString(s.text, -1) {
			for _, digits := range regexp.MustCompile(`\d+`).FindAllString(mark, -1) {
				n, _ := strconv.Atoi(digits) // at most two digits
				w.marks = append(w.marks, n)
			}
		}
		w.text = strings.Join(strings.Fields(markup.ReplaceAllString(numberMark.ReplaceAllString(s.text, ""), "$1")), " ")
		w.text = spaceBefore.ReplaceAllString(w.text, "$1")
		if strings.ContainsFunc(w.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			list = append(list, w)
		}
	}
	return list
}

var (
	thinking    = regexp.MustCompile(`(?is)<think>.*?(?:</think>|$)`)
	markBehind  = regexp.MustCompile(`([.!?。！？]+)((?:\s*[\[【]\s*\d{1,2}(?:\s*[,;]\s*\d{1,2})*\s*[\]】])+)`)
	markup      = regexp.MustCompile("!?\\[([^\\]]*)\\]\\([^)]*\\)|[*_`#>]{1,3}|https?://\\S+")
	spaceBefore = regexp.MustCompile(`\s+([.,;:!?])`)
)

// bearOut checks the sentences of a reply against the passages they name and makes the answer of them.
func (a *Answerer) bearOut(ctx context.Context, answer *catalog.Answer, q question, written []writtenSentence, passages []given) error {
	answer.CitedContent = []catalog.CitedContent{}
	var response []string
	onSubject := false
	for _, w := range written {
		var numbers []int
		for _, p := range w.bearers(q, passages) {
			nearest, ok := nearestSentence(w.text, p)
			if !ok {
				continue
			}
			onSubject = onSubject || q.overlap(nearest.words, nearest.before, words.Split(p.hit.Context)) > 0
			cited, err := a.prove(ctx, []sentence{nearest})
			if err != nil {
				return err
			}
			for _, c := range cited {
				number := slices.IndexFunc(answer.CitedContent, func(o catalog.CitedContent) bool {
					return o.ID == c.ID && o.Citation.Page == c.Citation.Page && o.Citation.Start == c.Citation.Start
				})
				if number < 0 {
					number = len(answer.CitedContent)
					c.Citation.Number = number
					answer.CitedContent = append(answer.CitedContent, c)
				}
				if !slices.Contains(numbers, number) {
					numbers = append(numbers, number)
				}
			}
		}
		text := w.text
		for _, n := range numbers {
			text += " 【" + strconv.Itoa(n) + "】"
		}
		if len(numbers) == 0 {
			text += " " + unborne
			numbers = []int{}
		}
		response = append(response, text)
		answer.Sentences = append(answer.Sentences, catalog.AnsweredSentence{Text: w.text, Citations: numbers, Supported: len(numbers) > 0})
	}
	answer.Response = strings.Join(response, " ")
	if !onSubject { // all of it from places that have no word of the question
		answer.CitedContent = nil
	}
	return nil
}

// bearers are the passages that bear a sentence out: those that it names, or, where it names none that does, the one that
// clearly does. A sentence that talks to a model was never the documents' to say.
func (w writtenSentence) bearers(q question, passages []given) (list []given) {
	if instructs(w.text) {
		return nil
	}
	for _, n := range w.marks {
		if n >= 1 && n <= len(passages) && support(w.text, q, passages[n-1].text) >= borne {
			list = append(list, passages[n-1])
		}
	}
	if len(list) > 0 {
		return list
	}
	best, most := -1, clear
	for i, p := range passages {
		if s := support(w.text, q, p.text); s >= most {
			best, most = i, s+1e-9
		}
	}
	if best >= 0 {
		return passages[best : best+1]
	}
	return nil
}

// support is the share of a sentence's weighty words that stand in a passage. Words of the question prove nothing, unless
// there is nothing else in a sentence that only says yes or no to it. A number or a name that stands there not and was not
// in the question either makes it 0: those are what models get wrong.
func support(text string, q question, passage string) float64 {
	in := map[string]bool{}
	for _, w := range words.Split(passage) {
		in[w.Stem] = true
	}
	split := words.Split(text)
	folded := make([]string, len(split))
	for i, w := range split {
		folded[i] = words.Fold(w.Text)
	}
	function := words.FunctionWords(folded)
	weighty, found, saidBack, there := 0, 0, 0, 0
	for i, w := range split {
		switch {
		case function[folded[i]]:
		case q.all[w.Stem]:
			saidBack++
			if in[w.Stem] {
				there++
			}
		case in[w.Stem]:
			weighty++
			found++
		case hasDigit(w.Text), q.english && i > 0 && isName(w.Text): // other languages write more than names with capitals
			return 0
		default:
			weighty++
		}
	}
	switch {
	case weighty > 0:
		return float64(found) / float64(weighty)
	case q.kind == anything && saidBack > 1:
		return float64(there) / float64(saidBack)
	}
	return 0
}

func isName(word string) bool {
	first := []rune(word)[0]
	return unicode.IsUpper(first)
}

// nearestSentence is the sentence of a passage that has the most words of a text, as it stands in the document.
func nearestSentence(text string, p given) (best sentence, ok bool) {
	wanted := map[string]bool{}
	for _, w := range words.Split(text) {
		wanted[w.Stem] = true
	}
	most := 0.0
	for _, s := range collect([]catalog.Hit{p.hit}) {
		if instructs(s.text) {
			continue
		}
		shared := map[string]bool{}
		for _, w := range s.words {
			if wanted[w.Stem] {
				shared[w.Stem] = true
			}
		}
		if score := float64(len(shared)) - 0.01*float64(len(s.words)); score > most {
			best, most, ok = s, score, true
		}
	}
	return best, ok
}

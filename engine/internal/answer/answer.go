// Package answer makes answers of passages: whole sentences of the documents, each with the place where it stands.
//
//	passages -> sentences -> scores -> decide whether they answer -> choose -> prove -> response
//
// An answer is extractive: its sentences are quoted exactly, so an unsupported one is impossible. Each is read again at
// its stored page and offsets before it is shown, and one that is not found there is dropped and logged. When the
// evidence is too weak the answer says that the documents do not hold one and shows the nearest passages instead.
//
// An Answerer keeps no state and is safe for concurrent use. It starts no goroutines.
package answer

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Corpus is what proving an answer needs of the store.
type Corpus interface {
	// Text returns exactly that stretch of a stored page.
	Text(ctx context.Context, contentKey int64, page int, span catalog.Span) (string, error)
	// Contents returns those of keys that are live, in any order.
	Contents(ctx context.Context, keys []int64) ([]catalog.Content, error)
}

// Embedder compares sentences with the question. Vectors have length 1.
type Embedder interface {
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
	EmbedPassages(ctx context.Context, texts []string) ([][]float32, error)
}

const (
	// Mode names this way of answering.
	Mode = "extractive"
	// PassagesWanted is how many passages an answer is best made of.
	PassagesWanted = 24

	noAnswer = "Your documents don't seem to answer this."
	// maxSentences is how many sentences an answer has at most.
	maxSentences = 3
	// maxEmbedded bounds the sentences that are embedded; each costs about 10 ms.
	maxEmbedded = 12
	// nearest is how many passages an answer shows besides itself.
	nearest = 10
	// nearestPerDocument is how many of them may be of one document.
	nearestPerDocument = 3
)

// Answerer answers questions from passages.
type Answerer struct {
	Corpus   Corpus
	Embedder Embedder     // nil, or failing: sentences are compared by their words only
	Log      *slog.Logger // nil: the default one
	Weights  Weights      // zero: DefaultWeights
}

// Answer answers from hits, best first, with their whole passages. It sets everything but AnalyzedDocumentCount and
// TookMs. An error is the store's or the context's; too little evidence is an answer that was not answered.
func (a *Answerer) Answer(ctx context.Context, question string, hits []catalog.Hit) (catalog.Answer, error) {
	answer := catalog.Answer{
		Query:        question,
		Response:     noAnswer,
		Mode:         Mode,
		CitedContent: []catalog.CitedContent{},
		Nearest:      closest(hits),
	}
	assessed, err := a.Assess(ctx, question, hits)
	if err != nil {
		return catalog.Answer{}, err
	}
	if !assessed.Enough {
		return answer, nil
	}
	cited, err := a.prove(ctx, assessed.chosen())
	if err != nil {
		return catalog.Answer{}, err
	}
	if len(cited) == 0 {
		return answer, nil
	}
	answer.Answered = true
	answer.CitedContent = cited
	answer.Response = response(cited)
	return answer, nil
}

func (a *Answerer) weights() Weights {
	if a.Weights == (Weights{}) {
		return DefaultWeights
	}
	return a.Weights
}

// Assess scores the sentences of the hits for a question and says how likely they are to answer it.
func (a *Answerer) Assess(ctx context.Context, question string, hits []catalog.Hit) (Assessment, error) {
	w := a.weights()
	q := read(question)
	sentences := collect(hits)
	if len(sentences) == 0 {
		return Assessment{}, ctx.Err()
	}
	q.weigh(sentences)
	for i := range sentences {
		sentences[i].measure(q)
		sentences[i].score = w.score(sentences[i].Features)
		sentences[i].echo = q.echoedBy(sentences[i])
	}
	sortByScore(sentences)
	if q.english { // the built-in model understands little else
		if err := a.compare(ctx, question, sentences[:min(maxEmbedded, len(sentences))]); err != nil {
			return Assessment{}, err
		}
		for i := range sentences {
			sentences[i].score = w.score(sentences[i].Features)
		}
		sortByScore(sentences)
	}
	evidence := gather(sentences, hits)
	decision, related := w.Meaning, true
	if evidence.Support == 0 {
		decision, related = w.Wording, evidence.Passage > 0
	}
	confidence := decision.confidence(evidence)
	return Assessment{
		Evidence: evidence, Confidence: confidence, Enough: related && confidence >= decision.Decline,
		sentences: sentences, near: w.Near,
	}, nil
}

// compare fills in the similarity of sentences with the question. Without an embedder, or with one that fails, their
// words have to do.
func (a *Answerer) compare(ctx context.Context, question string, sentences []sentence) error {
	if a.Embedder == nil {
		return ctx.Err()
	}
	texts := make([]string, len(sentences))
	for i, s := range sentences {
		texts[i] = s.shown
	}
	asked, err := a.Embedder.EmbedQuery(ctx, question)
	if err != nil {
		return ctx.Err()
	}
	vectors, err := a.Embedder.EmbedPassages(ctx, texts)
	if err != nil {
		return ctx.Err()
	}
	for i, v := range vectors {
		if c := dot(asked, v); !math.IsNaN(c) {
			sentences[i].Similarity = c
		}
	}
	return nil
}

func dot(a, b []float32) (sum float64) {
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// prove reads every sentence again where it is said to stand and keeps those that do.
func (a *Answerer) prove(ctx context.Context, chosen []sentence) ([]catalog.CitedContent, error) {
	var keys []int64
	for _, s := range chosen {
		if !slices.Contains(keys, s.hit.ContentKey) {
			keys = append(keys, s.hit.ContentKey)
		}
	}
	contents, err := a.Corpus.Contents(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read the cited contents: %w", err)
	}
	byKey := make(map[int64]catalog.Content, len(contents))
	for _, c := range contents {
		byKey[c.Key] = c
	}
	var cited []catalog.CitedContent
	for _, s := range chosen {
		content, live := byKey[s.hit.ContentKey]
		if !live {
			continue
		}
		stored, err := a.Corpus.Text(ctx, s.hit.ContentKey, s.hit.Page, s.span)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil || stored != s.text {
			a.log().Warn("a sentence is not where its passage says", "content", content.ID, "page", s.hit.Page,
				"start", s.span.Start, "end", s.span.End, "error", err)
			continue
		}
		cited = append(cited, catalog.CitedContent{
			Content: content,
			State:   s.hit.State,
			Citation: catalog.Citation{
				Number: len(cited), Page: s.hit.Page, Start: s.span.Start, End: s.span.End, Quote: s.text,
			},
		})
	}
	return cited, nil
}

func (a *Answerer) log() *slog.Logger {
	if a.Log != nil {
		return a.Log
	}
	return slog.Default()
}

// response writes the quotes one after the other, each with its number; line breaks within a quote become spaces.
func response(cited []catalog.CitedContent) string {
	var b strings.Builder
	for i, c := range cited {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.Join(strings.Fields(c.Citation.Quote), " "))
		b.WriteString(" 【" + strconv.Itoa(c.Citation.Number) + "】")
	}
	return b.String()
}

// closest returns the first hits, few of one document.
func closest(hits []catalog.Hit) []catalog.Hit {
	list := []catalog.Hit{}
	count := map[int64]int{}
	for _, h := range hits {
		if count[h.ContentKey]++; count[h.ContentKey] > nearestPerDocument {
			continue
		}
		h.Rank = len(list) + 1
		if list = append(list, h); len(list) == nearest {
			break
		}
	}
	return list
}

package answer

import (
	"cmp"
	"math"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// Features are what a sentence is scored by, each about 0 to 1.
type Features struct {
	Overlap    float64 // share of the question's words, by rarity, in the sentence
	Nearby     float64 // the same, with the sentence before it and the headings above it
	Passage    float64 // the same, in its passage with the headings above it
	Similarity float64 // cosine with the question; 0 when not embedded
	Rank       float64 // score of its passage
	Cue        float64 // holds the kind of thing that is asked for
	Short      float64 // 1 for a stretch too short to say much
}

// measure fills in all features but Similarity.
func (s *sentence) measure(q question) {
	heading := words.Split(s.hit.Context)
	s.Overlap = q.overlap(s.words)
	s.Nearby = q.overlap(s.words, s.before, heading)
	s.Passage = q.overlap(words.Split(s.hit.Passage), heading)
	s.Rank = s.hit.Score
	s.Cue = q.cue(*s)
	if len(s.words) < 6 {
		s.Short = 1
	}
}

// Weights score sentences and decide whether they answer. docs/QUALITY.md has the measurements behind the defaults.
type Weights struct {
	// A sentence's score is the weighted sum of its features.
	Overlap, Nearby, Passage, Similarity, Rank, Cue, Short float64
	// Near is how close, as a share of the best score, a further sentence must come.
	Near float64
	// Meaning decides where sentences could be compared by meaning, Wording where only by words.
	Meaning, Wording Decision
}

// Decision turns evidence into a confidence by a logistic function. No answer is given below Decline.
type Decision struct {
	Bias, Nearby, Passage, Margin, Support, Cosine, Decline float64
}

// DefaultWeights were chosen on the development sets.
var DefaultWeights = Weights{
	Overlap: 1, Nearby: 0.5, Passage: 0.3, Similarity: 1, Rank: 0.5, Cue: 0.3, Short: -0.3,
	Near:    0.5,
	Meaning: Decision{Bias: -6.3, Nearby: 0.6, Passage: 0.9, Margin: 2.3, Support: 5.3, Cosine: 1.1, Decline: 0.3},
	Wording: Decision{Bias: -2.9, Nearby: 0.9, Passage: 1.1, Margin: 2.8, Decline: 0.22},
}

func (w Weights) score(f Features) float64 {
	return w.Overlap*f.Overlap + w.Nearby*f.Nearby + w.Passage*f.Passage + w.Similarity*f.Similarity +
		w.Rank*f.Rank + w.Cue*f.Cue + w.Short*f.Short
}

func (d Decision) confidence(e Evidence) float64 {
	z := d.Bias + d.Nearby*e.Nearby + d.Passage*e.Passage + d.Margin*e.Margin + d.Support*e.Support + d.Cosine*e.Cosine
	return 1 / (1 + math.Exp(-z))
}

// Evidence is what the decision rests on.
type Evidence struct {
	Nearby  float64 // of the best sentence
	Passage float64 // of the best sentence
	Margin  float64 // how far the best sentence's score is above the tenth's
	Support float64 // mean similarity of the three most similar sentences; 0 when none was embedded
	Cosine  float64 // of the most similar passage; 0 when the vector arm took no part
}

// supporters is how many sentences Support is the mean of: one alone may only echo the question.
const supporters = 3

func gather(list []sentence, hits []catalog.Hit) Evidence {
	best := list[0]
	e := Evidence{Nearby: best.Nearby, Passage: best.Passage, Margin: best.score - list[min(9, len(list)-1)].score}
	var similar []float64
	for _, s := range list {
		if s.Similarity != 0 {
			similar = append(similar, s.Similarity)
		}
	}
	slices.SortFunc(similar, func(a, b float64) int { return cmp.Compare(b, a) })
	similar = similar[:min(supporters, len(similar))]
	for _, s := range similar {
		e.Support += s / float64(len(similar))
	}
	for _, h := range hits {
		e.Cosine = max(e.Cosine, h.Vector)
	}
	return e
}

// Assessment is what the sentences are worth.
type Assessment struct {
	Evidence   Evidence
	Confidence float64 // 0 to 1
	Enough     bool    // there is an answer
	sentences  []sentence
	near       float64
}

// chosen returns the sentences of the answer: the best, and up to two more that come close to it. Those of the best
// one's document stand first, and within a document in reading order. Headings that only echo the question are evidence
// that its subject is here, but stand in no answer that can do without them.
func (a Assessment) chosen() []sentence {
	if len(a.sentences) == 0 {
		return nil
	}
	telling := slices.DeleteFunc(slices.Clone(a.sentences), func(s sentence) bool { return s.echo })
	if len(telling) == 0 {
		telling = a.sentences
	}
	best := telling[0]
	list := []sentence{best}
	for _, s := range telling[1:] {
		if len(list) == maxSentences || s.score < a.near*best.score {
			break
		}
		if !slices.ContainsFunc(list, func(o sentence) bool { return o.overlaps(s) || o.shown == s.shown }) {
			list = append(list, s)
		}
	}
	document := func(s sentence) int {
		return slices.IndexFunc(list, func(o sentence) bool { return o.hit.ContentKey == s.hit.ContentKey })
	}
	order := make(map[int64]int, len(list))
	for _, s := range list {
		order[s.hit.ContentKey] = document(s)
	}
	slices.SortStableFunc(list, func(a, b sentence) int {
		return cmp.Or(cmp.Compare(order[a.hit.ContentKey], order[b.hit.ContentKey]),
			cmp.Compare(a.hit.Page, b.hit.Page), cmp.Compare(a.span.Start, b.span.Start))
	})
	return list
}

func (s sentence) overlaps(o sentence) bool {
	return s.hit.ContentKey == o.hit.ContentKey && s.hit.Page == o.hit.Page && s.span.Start < o.span.End && o.span.Start < s.span.End
}

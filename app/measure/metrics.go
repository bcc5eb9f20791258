package measure

import (
	"math"
	"slices"
	"time"
)

// judgements are the relevance grades of documents for one query; absent and 0 mean not relevant.
type judgements map[string]int

// scores are the measures of one ranking, or their means over many.
type scores struct {
	NDCG10    float64 `json:"ndcg10"`
	Recall10  float64 `json:"recall10"`
	Recall100 float64 `json:"recall100"`
	MRR10     float64 `json:"mrr10"`
}

// score rates a ranking of documents, best first, without repetitions. nDCG uses linear gains and a base-two discount,
// as trec_eval does.
func score(ranking []string, want judgements) scores {
	return scores{
		NDCG10:    gain(ranking, want, 10) / idealGain(want, 10),
		Recall10:  recall(ranking, want, 10),
		Recall100: recall(ranking, want, 100),
		MRR10:     reciprocalRank(ranking, want, 10),
	}
}

// relevant counts the documents with a positive grade.
func (j judgements) relevant() int {
	n := 0
	for _, grade := range j {
		if grade > 0 {
			n++
		}
	}
	return n
}

func gain(ranking []string, want judgements, depth int) float64 {
	sum := 0.0
	for i, id := range ranking[:min(depth, len(ranking))] {
		if grade := want[id]; grade > 0 {
			sum += float64(grade) / math.Log2(float64(i)+2)
		}
	}
	return sum
}

func idealGain(want judgements, depth int) float64 {
	var grades []int
	for _, grade := range want {
		if grade > 0 {
			grades = append(grades, grade)
		}
	}
	slices.Sort(grades)
	slices.Reverse(grades)
	sum := 0.0
	for i, grade := range grades[:min(depth, len(grades))] {
		sum += float64(grade) / math.Log2(float64(i)+2)
	}
	return sum
}

func recall(ranking []string, want judgements, depth int) float64 {
	found := 0
	for _, id := range ranking[:min(depth, len(ranking))] {
		if want[id] > 0 {
			found++
		}
	}
	return float64(found) / float64(want.relevant())
}

func reciprocalRank(ranking []string, want judgements, depth int) float64 {
	for i, id := range ranking[:min(depth, len(ranking))] {
		if want[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// mean averages measure by measure. The mean of none is zero.
func mean(all []scores) scores {
	var m scores
	for _, s := range all {
		m.NDCG10 += s.NDCG10
		m.Recall10 += s.Recall10
		m.Recall100 += s.Recall100
		m.MRR10 += s.MRR10
	}
	n := float64(max(len(all), 1))
	return scores{rounded(m.NDCG10 / n), rounded(m.Recall10 / n), rounded(m.Recall100 / n), rounded(m.MRR10 / n)}
}

// percentile returns the smallest value that at least share of the values do not exceed; 0 for none. It sorts values.
func percentile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[max(int(math.Ceil(share*float64(len(values))))-1, 0)]
}

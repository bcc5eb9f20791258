package measure

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestScore(t *testing.T) {
	t.Parallel()
	want := judgements{"a": 1, "b": 1, "never": 0}
	for _, c := range []struct {
		ranking []string
		want    scores
	}{
		{[]string{"a", "b"}, scores{1, 1, 1, 1}},
		{[]string{"x", "a"}, scores{(1 / math.Log2(3)) / (1 + 1/math.Log2(3)), 0.5, 0.5, 0.5}},
		{[]string{"never", "x"}, scores{}},
		{nil, scores{}},
		{append(numbered(10), "a"), scores{0, 0, 0.5, 0}},
	} {
		if got := score(c.ranking, want); !close4(got, c.want) {
			t.Errorf("%v: got %+v, want %+v", c.ranking, got, c.want)
		}
	}
}

// TestScoreGrades compares with a value worked out by hand: gains 3 and 1 found at places 2 and 1.
func TestScoreGrades(t *testing.T) {
	t.Parallel()
	got := score([]string{"low", "high"}, judgements{"high": 3, "low": 1}).NDCG10
	want := (1 + 3/math.Log2(3)) / (3 + 1/math.Log2(3))
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMeanOfNoneIsZero(t *testing.T) {
	t.Parallel()
	if got := mean(nil); got != (scores{}) {
		t.Errorf("%+v", got)
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	var values []time.Duration
	for i := 100; i > 0; i-- {
		values = append(values, time.Duration(i))
	}
	for share, want := range map[float64]time.Duration{0.5: 50, 0.95: 95, 1: 100, 0: 1} {
		if got := percentile(values, share); got != want {
			t.Errorf("%v: got %d, want %d", share, got, want)
		}
	}
	if got := percentile(nil, 0.5); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

func numbered(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func close4(a, b scores) bool {
	return math.Abs(a.NDCG10-b.NDCG10)+math.Abs(a.Recall10-b.Recall10)+math.Abs(a.Recall100-b.Recall100)+math.Abs(a.MRR10-b.MRR10) < 1e-9
}

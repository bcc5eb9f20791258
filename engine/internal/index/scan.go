package index

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"github.com/viterin/vek/vek32"
	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// stride is how many slots a core takes at a time and how often it looks whether the caller has given up.
const stride = 2048

// scan returns the arm that goes over the whole array on all cores and keeps the best n of the admitted slots.
func (x *Index) scan(admit *catalog.ContentSet) arm {
	return func(ctx context.Context, question []float32, n int) ([]candidate, error) {
		workers := max(1, min(runtime.GOMAXPROCS(0), len(x.contents)/stride))
		best := make([]topCandidates, workers)
		group, ctx := errgroup.WithContext(ctx)
		for w := range workers {
			best[w].room = n
			from, to := len(x.contents)*w/workers, len(x.contents)*(w+1)/workers
			group.Go(func() error {
				for ; from < to; from += stride {
					if err := ctx.Err(); err != nil {
						return err
					}
					x.scanRange(&best[w], question, from, min(from+stride, to), admit)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
		var all []candidate
		for _, b := range best {
			all = append(all, b.list...)
		}
		slices.SortFunc(all, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.slot, b.slot))
		})
		return all[:min(n, len(all))], nil
	}
}

func (x *Index) scanRange(best *topCandidates, question []float32, from, to int, admit *catalog.ContentSet) {
	for slot := from; slot < to; slot++ {
		if key := x.contents[slot]; key == free || !admit.Has(key) {
			continue
		}
		if score := dot(question, x.array.at(int32(slot))); !best.full() || score > best.worst() {
			best.add(candidate{slot: int32(slot), score: score})
		}
	}
}

var accelerated = vek32.Info().Acceleration

// dot is the float32 dot product: by vector instructions where vek has them, else in eight sums that a compiler and a
// processor can run side by side.
func dot(a, b []float32) float32 {
	if accelerated {
		return vek32.Dot(a, b)
	}
	return dotPlain(a, b)
}

func dotPlain(a, b []float32) float32 {
	b = b[:len(a)]
	var s [8]float32
	i := 0
	for ; i+8 <= len(a); i += 8 {
		p, q := a[i:i+8:i+8], b[i:i+8:i+8]
		s[0] += p[0] * q[0]
		s[1] += p[1] * q[1]
		s[2] += p[2] * q[2]
		s[3] += p[3] * q[3]
		s[4] += p[4] * q[4]
		s[5] += p[5] * q[5]
		s[6] += p[6] * q[6]
		s[7] += p[7] * q[7]
	}
	sum := (s[0] + s[4]) + (s[1] + s[5]) + (s[2] + s[6]) + (s[3] + s[7])
	for ; i < len(a); i++ {
		sum += a[i] * b[i]
	}
	return sum
}

// topCandidates is a binary heap with the worst of the best at its root.
type topCandidates struct {
	room int
	list []candidate
}

func (t *topCandidates) full() bool     { return len(t.list) == t.room }
func (t *topCandidates) worst() float32 { return t.list[0].score }

func (t *topCandidates) add(c candidate) {
	if !t.full() {
		t.list = append(t.list, c)
		for i := len(t.list) - 1; i > 0 && t.list[i].score < t.list[(i-1)/2].score; i = (i - 1) / 2 {
			t.list[i], t.list[(i-1)/2] = t.list[(i-1)/2], t.list[i]
		}
		return
	}
	t.list[0] = c
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.list); child++ {
			if t.list[child].score < t.list[least].score {
				least = child
			}
		}
		if least == i {
			return
		}
		t.list[i], t.list[least] = t.list[least], t.list[i]
		i = least
	}
}

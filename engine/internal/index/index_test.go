package index

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newIndex(t testing.TB, dimensions int) *Index {
	t.Helper()
	x, err := New(dimensions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func randomVector(r *rand.Rand, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// reference ranks by definition.
func reference(list []catalog.VectorOf, question []float32, k int, admit *catalog.ContentSet) []int64 {
	q := make([]float32, len(question))
	normalise(q, question)
	var all []catalog.Scored
	for _, v := range list {
		if admit.Has(v.ContentKey) {
			n := make([]float32, len(v.Vector))
			normalise(n, v.Vector)
			all = append(all, catalog.Scored{PassageID: v.PassageID, Score: exact(q, n)})
		}
	}
	slices.SortFunc(all, func(a, b catalog.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PassageID, b.PassageID))
	})
	var ids []int64
	for _, s := range all[:min(k, len(all))] {
		ids = append(ids, s.PassageID)
	}
	return ids
}

// The contract of both arms: the same ranking, whatever the ties, the filter and the holes in the array.
func TestArmsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		dimensions := rapid.IntRange(1, 40).Draw(t, "dimensions")
		n := rapid.IntRange(1, 300).Draw(t, "passages")
		distinct := rapid.IntRange(1, 60).Draw(t, "distinct vectors")
		k := rapid.IntRange(1, 120).Draw(t, "k")
		x, err := New(dimensions)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		pool := make([][]float32, distinct)
		for i := range pool {
			pool[i] = randomVector(r, dimensions)
		}
		var list []catalog.VectorOf
		for _, id := range r.Perm(n) {
			list = append(list, catalog.VectorOf{PassageID: int64(id), ContentKey: int64(id / 3), Vector: pool[r.IntN(distinct)]})
		}
		if err := x.Add(context.Background(), list); err != nil {
			t.Fatal(err)
		}
		gone := int64(r.IntN(n))
		x.RemoveContents(gone)
		x.RemovePassages(int64(r.IntN(n)), -5)
		list = slices.DeleteFunc(list, func(v catalog.VectorOf) bool { _, ok := x.slots[v.PassageID]; return !ok })
		var admit *catalog.ContentSet
		if rapid.Bool().Draw(t, "filter") {
			admit = &catalog.ContentSet{}
			for key := range int64(n) {
				if r.IntN(2) == 0 {
					admit.Add(key)
				}
			}
		}
		raw := randomVector(r, dimensions)
		want := reference(list, raw, k, admit)
		question := make([]float32, dimensions)
		normalise(question, raw)
		slots, few := x.admitted(admit)
		if !few {
			t.Fatal("a small set was taken for a large one")
		}
		arms := map[string]arm{"scan": x.scan(admit)}
		if len(slots) > 0 {
			c, err := x.collection(context.Background(), admit, slots)
			if err != nil {
				t.Fatal(err)
			}
			arms["chromem"] = c
		}
		for name, propose := range arms {
			if len(slots) == 0 {
				continue
			}
			found, err := x.rank(context.Background(), question, k, len(slots), propose)
			if err != nil {
				t.Fatal(name, err)
			}
			var ids []int64
			for _, f := range found {
				ids = append(ids, f.PassageID)
			}
			if !slices.Equal(ids, want) {
				t.Fatalf("%s ranks %v, want %v", name, ids, want)
			}
		}
	})
}

func TestLargeSetsAreScanned(t *testing.T) {
	t.Parallel()
	const dimensions, n = 24, 3 * chunkSlots / 2
	r := rand.New(rand.NewPCG(7, 7))
	x := newIndex(t, dimensions)
	list := make([]catalog.VectorOf, n)
	for i := range list {
		list[i] = catalog.VectorOf{PassageID: int64(i), ContentKey: int64(i / 2), Vector: randomVector(r, dimensions)}
	}
	if err := x.Add(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	wide, narrow, none := &catalog.ContentSet{}, &catalog.ContentSet{}, &catalog.ContentSet{}
	for key := range int64(n / 2) {
		if key%3 != 0 {
			wide.Add(key)
		}
		if key%100 == 0 {
			narrow.Add(key)
		}
	}
	for name, admit := range map[string]*catalog.ContentSet{"all": nil, "wide": wide, "narrow": narrow, "none": none} {
		q := randomVector(r, dimensions)
		found, err := x.Search(t.Context(), q, 50, admit)
		if err != nil {
			t.Fatal(err)
		}
		want := reference(list, q, 50, admit)
		if len(found) != len(want) {
			t.Fatalf("%s: %d found, want %d", name, len(found), len(want))
		}
		for i, f := range found {
			if f.PassageID != want[i] || !admit.Has(f.ContentKey) {
				t.Fatalf("%s: rank %d is %+v, want passage %d", name, i, f, want[i])
			}
		}
	}
}

func TestRefusesWhatCannotBeRanked(t *testing.T) {
	t.Parallel()
	x := newIndex(t, 3)
	nan := float32(math.NaN())
	for name, v := range map[string][]float32{
		"zero": {0, 0, 0}, "nan": {1, nan, 0}, "infinite": {1, float32(math.Inf(1)), 0}, "short": {1, 2}, "long": {1, 2, 3, 4}, "empty": nil,
	} {
		good := catalog.VectorOf{PassageID: 1, Vector: []float32{1, 2, 3}}
		err := x.Add(t.Context(), []catalog.VectorOf{good, {PassageID: 2, Vector: v}})
		if catalog.CodeOf(err) != catalog.Invalid || x.Len() != 0 {
			t.Errorf("%s: Add gave %v and left %d vectors", name, err, x.Len())
		}
		if _, err := x.Search(t.Context(), v, 5, nil); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%s: Search gave %v", name, err)
		}
	}
	if err := x.Add(t.Context(), []catalog.VectorOf{{ContentKey: -1, Vector: []float32{1, 2, 3}}}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("negative content key: %v", err)
	}
	if found, err := x.Search(t.Context(), []float32{1, 0, 0}, 5, nil); err != nil || len(found) != 0 {
		t.Errorf("an empty index answers %v, %v", found, err)
	}
	if _, err := New(0); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("New(0): %v", err)
	}
}

func TestLoadSkipsBadRowsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	x := newIndex(t, 2)
	row := func(f ...float32) (b []byte) {
		for _, v := range f {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	skipped, err := x.Load(t.Context(), func(yield func(int64, int64, []byte) error) error {
		for id := range int64(600) {
			if err := yield(id, id, row(1, float32(id))); err != nil {
				return err
			}
		}
		_ = yield(1000, 1, row(0, 0))
		_ = yield(1001, 1, row(1))
		return yield(1002, 1, []byte{1, 2, 3})
	})
	if err != nil || skipped != 3 || x.Len() != 600 {
		t.Fatalf("skipped %d, %d vectors, %v", skipped, x.Len(), err)
	}
	if found, err := x.Search(t.Context(), []float32{1, 0}, 1, nil); err != nil || found[0].PassageID != 0 {
		t.Fatalf("found %v, %v", found, err)
	}
}

func TestReplaceRemoveAndReuse(t *testing.T) {
	t.Parallel()
	x := newIndex(t, 2)
	add := func(id, key int64, v ...float32) {
		t.Helper()
		if err := x.Add(t.Context(), []catalog.VectorOf{{PassageID: id, ContentKey: key, Vector: v}}); err != nil {
			t.Fatal(err)
		}
	}
	first := func() int64 {
		t.Helper()
		found, err := x.Search(t.Context(), []float32{1, 0}, 3, nil)
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		return found[0].PassageID
	}
	add(1, 1, 1, 0)
	add(2, 2, 0, 1)
	if first() != 1 {
		t.Fatal("passage 1 should be first")
	}
	add(1, 1, -1, 0)
	if first() != 2 || x.Len() != 2 {
		t.Fatal("the replaced vector still counts")
	}
	x.RemoveContents(1)
	add(3, 3, 1, 0.1)
	if first() != 3 || len(x.passages) != 2 {
		t.Fatal("the freed slot was not used again")
	}
	s, err := x.Similarities([]float32{2, 0}, []int64{2, 1, 3})
	if err != nil || s[0] != 0 || !math.IsNaN(s[1]) || s[2] < 0.99 {
		t.Fatal(s, err)
	}
}

func TestReadersAndWritersTogether(t *testing.T) {
	t.Parallel()
	x := newIndex(t, 8)
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for w := range 2 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for i := range 300 {
				id := int64(r.IntN(200))
				_ = x.Add(t.Context(), []catalog.VectorOf{{PassageID: id, ContentKey: id / 2, Vector: randomVector(r, 8)}})
				if i%7 == 0 {
					x.RemoveContents(id / 2)
				}
			}
		})
	}
	for w := range 2 {
		readers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 2))
			for {
				select {
				case <-done:
					return
				default:
				}
				found, err := x.Search(t.Context(), randomVector(r, 8), 10, nil)
				if err != nil {
					t.Error(err)
					return
				}
				for i := 1; i < len(found); i++ {
					if found[i].Score > found[i-1].Score {
						t.Error("not sorted")
					}
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
}

func TestClosedAndCancelled(t *testing.T) {
	t.Parallel()
	x := newIndex(t, 2)
	if err := x.Add(t.Context(), []catalog.VectorOf{{PassageID: 1, Vector: []float32{1, 1}}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, []float32{1, 0}, 1, &catalog.ContentSet{}); err == nil {
		t.Error("a cancelled search answered")
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), []float32{1, 0}, 1, nil); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("a closed index answered %v", err)
	}
}

func TestDotAgreesWithItself(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for n := 1; n < 70; n++ {
		a, b := randomVector(r, n), randomVector(r, n)
		if want := exact(a, b); math.Abs(float64(dot(a, b))-want) > 1e-4 || math.Abs(float64(dotPlain(a, b))-want) > 1e-4 {
			t.Fatalf("length %d: %v and %v, want %v", n, dot(a, b), dotPlain(a, b), want)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	const dimensions = 384
	r := rand.New(rand.NewPCG(1, 1))
	x := newIndex(b, dimensions)
	list := make([]catalog.VectorOf, 1000)
	for i := range 100 {
		for j := range list {
			id := int64(i*len(list) + j)
			list[j] = catalog.VectorOf{PassageID: id, ContentKey: id / 3, Vector: randomVector(r, dimensions)}
		}
		if err := x.Add(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		every int64
	}{{"all_100000", 0}, {"half_50000", 2}, {"chromem_4500", 22}, {"chromem_1000", 100}} {
		var admit *catalog.ContentSet
		if c.every > 0 {
			admit = &catalog.ContentSet{}
			for key := int64(1); key < 100_000/3; key += c.every {
				admit.Add(key)
			}
		}
		b.Run(c.name, func(b *testing.B) {
			q := randomVector(r, dimensions)
			for b.Loop() {
				if _, err := x.Search(b.Context(), q, 100, admit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

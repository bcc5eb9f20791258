package catalog

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// history makes states of one item on three replicas by random writes, deletions and joins, and returns them.
func history(r *rand.Rand) []Item {
	replicas := make([]Item, 3)
	counters := make([]int64, 3)
	clock := int64(0)
	for i := range replicas {
		replicas[i] = Item{ID: "x", Vector: Vector{}}
	}
	for range 12 {
		i, device := r.IntN(3), ""
		device = fmt.Sprint("d", i)
		switch r.IntN(5) {
		case 0, 1:
			counters[i]++
			replicas[i] = replicas[i].Write(Dot{device, counters[i]}, fmt.Sprint(device, counters[i]), replicas[i].Dots())
		case 2:
			replicas[i] = replicas[i].Delete(replicas[i].Dots())
		case 3:
			clock += int64(r.IntN(2))
			replicas[i] = replicas[i].Set("f", fmt.Sprint(r.IntN(3)), Stamp{clock, device})
		case 4:
			replicas[i] = Join(replicas[i], replicas[r.IntN(3)])
		}
	}
	return replicas
}

func TestJoinIsALattice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		h := history(rand.New(rand.NewPCG(seed, 1)))
		a, b, c := h[0], h[1], h[2]
		if !SameState(Join(a, b), Join(b, a)) {
			t.Fatalf("seed %d: not commutative: %+v and %+v", seed, a, b)
		}
		if !SameState(Join(Join(a, b), c), Join(a, Join(b, c))) {
			t.Fatalf("seed %d: not associative", seed)
		}
		if !SameState(Join(a, a), a) || !SameState(Join(Join(a, b), b), Join(a, b)) {
			t.Fatalf("seed %d: not idempotent", seed)
		}
	}
}

func TestEditUnseenByADeletionSurvivesIt(t *testing.T) {
	t.Parallel()
	base := Item{ID: "x"}.Write(Dot{"a", 1}, "one", nil)
	edited := base.Write(Dot{"b", 1}, "two", base.Dots())
	deleted := base.Delete(base.Dots())
	if got := Join(edited, deleted); len(got.Versions) != 1 || got.Versions[0].Blob != "two" {
		t.Errorf("versions %v", got.Versions)
	}
	other := base.Write(Dot{"c", 1}, "three", base.Dots())
	conflict := Join(edited, other)
	if v, _ := conflict.Current(); len(conflict.Versions) != 2 || v.Blob != "three" {
		t.Errorf("conflict %v", conflict.Versions)
	}
	if got := Join(conflict, conflict.Write(Dot{"a", 2}, "both", conflict.Dots())); len(got.Versions) != 1 || got.Versions[0].Blob != "both" {
		t.Errorf("resolved %v", got.Versions)
	}
	if Join(base.Set("f", "1", Stamp{1, "a"}), deleted).Fields["f"].Value != "1" || !Join(base.Set("f", "1", Stamp{1, "a"}), deleted).Deleted() {
		t.Error("a change of a field revived a deleted item, or was lost")
	}
}

func TestCountersAndClocksOnlyGrow(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1000)
	if NextCounter(0, now) != 1000 || NextCounter(1000, now) != 1001 || NextCounter(5000, now) != 5001 {
		t.Error("counters")
	}
	first := NextTime(0, now)
	if (Stamp{Time: first}).UnixMilli() != 1000 || NextTime(first, now) <= first || NextTime(first+1<<30, now) <= first+1<<30 {
		t.Error("clock")
	}
}

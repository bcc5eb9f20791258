package merge

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// world draws states of one item as four devices may come to have them: each writes, deletes, sets fields and takes in
// what another one has. Only such states are asked to obey the laws of a join: a device names each of its writes once.
func world(t *rapid.T) []catalog.Item {
	const devices = 4
	states := make([]catalog.Item, devices)
	counters := make([]int64, devices)
	for n := range states {
		states[n] = catalog.Item{ID: "x", Kind: catalog.KindContent}
	}
	for range rapid.IntRange(0, 24).Draw(t, "steps") {
		n := rapid.IntRange(0, devices-1).Draw(t, "device")
		name := fmt.Sprint("d", n)
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0, 1:
			counters[n] += rapid.Int64Range(1, 3).Draw(t, "gap")
			dot := catalog.Dot{Device: name, Counter: counters[n]}
			states[n] = states[n].Write(dot, fmt.Sprint(dot), some(t, states[n].Dots()))
		case 2:
			states[n] = states[n].Delete(some(t, states[n].Dots()))
		case 3:
			stamp := catalog.Stamp{Time: rapid.Int64Range(0, 3).Draw(t, "time"), Device: name}
			field, value := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "field"), rapid.SampledFrom([]string{`1`, `2`, ``}).Draw(t, "value")
			states[n] = states[n].Set(field, value, stamp)
		case 4:
			states[n] = catalog.Join(states[n], states[rapid.IntRange(0, devices-1).Draw(t, "from")])
		}
	}
	return states
}

func some(t *rapid.T, dots []catalog.Dot) []catalog.Dot {
	return slices.DeleteFunc(slices.Clone(dots), func(catalog.Dot) bool { return rapid.Bool().Draw(t, "keep") })
}

func TestJoinIsIdempotentAndIndifferentToOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := world(t)
		a, b, c := w[0], w[1], w[2]
		join, same := catalog.Join, catalog.SameState
		switch {
		case !same(join(a, a), a):
			t.Fatalf("not idempotent: %+v", a)
		case !same(join(a, b), join(b, a)):
			t.Fatalf("not commutative: %+v and %+v", a, b)
		case !same(join(join(a, b), c), join(a, join(b, c))):
			t.Fatalf("not associative: %+v, %+v and %+v", a, b, c)
		case !same(join(join(a, b), b), join(a, b)):
			t.Fatalf("not absorbing: %+v and %+v", a, b)
		}
	})
}

// TestEveryOrderOfDeliveryEndsTheSame joins the states of all devices in two orders, some of them twice.
func TestEveryOrderOfDeliveryEndsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := world(t)
		arrive := func(order []int) catalog.Item {
			state := catalog.Item{ID: "x", Kind: catalog.KindContent}
			for _, n := range order {
				state = catalog.Join(state, w[n])
			}
			return state
		}
		all := []int{0, 1, 2, 3}
		one := rapid.Permutation(all).Draw(t, "one")
		other := append(rapid.Permutation(all).Draw(t, "other"), rapid.SliceOf(rapid.SampledFrom(all)).Draw(t, "again")...)
		if a, b := arrive(one), arrive(other); !catalog.SameState(a, b) {
			t.Fatalf("%+v in order %v, %+v in order %v", a, one, b, other)
		}
	})
}

// TestReceivedIsDirtyExactlyWhenItDiffers is the one rule about dirty.
func TestReceivedIsDirtyExactlyWhenItDiffers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := world(t)
		ours, theirs := w[0], w[1]
		ours.Dirty = rapid.Bool().Draw(t, "dirty")
		got := Received(catalog.Join, &ours, theirs)
		if got.Dirty == catalog.SameState(got, theirs) {
			t.Fatalf("dirty is %v: %+v after %+v", got.Dirty, got, theirs)
		}
		again := Received(catalog.Join, &got, got)
		if again.Dirty || !catalog.SameState(again, got) {
			t.Fatalf("what the hub has shown is dirty: %+v", again)
		}
		if fresh := Received(catalog.Join, nil, theirs); fresh.Dirty || !catalog.SameState(fresh, theirs) {
			t.Fatalf("something new is dirty: %+v", fresh)
		}
	})
}

func member(id, user string, role catalog.Role, since int) catalog.Item {
	item := catalog.Item{ID: id, Kind: catalog.KindMember}.Write(catalog.Dot{Device: "d", Counter: 1}, "", nil)
	stamp := catalog.Stamp{Time: 1, Device: "d"}
	return item.Set("user", `"`+user+`"`, stamp).Set("role", `"`+string(role)+`"`, stamp).Set("createdAt", fmt.Sprint(since), stamp)
}

func TestHeir(t *testing.T) {
	t.Parallel()
	viewer, admin, older := member("c", "v", catalog.RoleViewer, 1), member("b", "a", catalog.RoleAdmin, 9), member("a", "o", catalog.RoleAdmin, 5)
	for _, c := range []struct {
		name    string
		members []catalog.Item
		heir    string
	}{
		{"the highest rank", []catalog.Item{viewer, admin}, "b"},
		{"among equals the oldest", []catalog.Item{admin, older, viewer}, "a"},
		{"then the least id", []catalog.Item{member("z", "1", catalog.RoleEditor, 3), member("y", "2", catalog.RoleEditor, 3)}, "y"},
		{"nobody while there is an owner", []catalog.Item{admin, member("d", "w", catalog.RoleOwner, 30)}, ""},
		{"nobody where nobody is left", nil, ""},
	} {
		heir, ok := Heir(c.members)
		if heir.ID != c.heir || ok != (c.heir != "") {
			t.Errorf("%s: %q, %v", c.name, heir.ID, ok)
		}
	}
}

func TestShownNames(t *testing.T) {
	t.Parallel()
	named := func(id, name string) catalog.Item {
		return catalog.Item{ID: id, Fields: map[string]catalog.Register{"name": {Value: `"` + name + `"`}}}
	}
	items := []catalog.Item{named("3", "Loans"), named("1", "Loans"), named("2", "loans"), named("4", "Loans (2)"), named("5", "Else")}
	want := map[string]string{"1": "Loans", "2": "loans (3)", "3": "Loans (4)", "4": "Loans (2)", "5": "Else"}
	got := ShownNames(items)
	for id, name := range want {
		if got[id] != name {
			t.Errorf("%s is shown as %q, not %q", id, got[id], name)
		}
	}
	slices.Reverse(items)
	if again := ShownNames(items); fmt.Sprint(again) != fmt.Sprint(got) {
		t.Errorf("another order shows %v", again)
	}
}

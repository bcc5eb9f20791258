package catalog

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Dot names one write of content: the device that made it and that device's counter. Counters of a device only grow
// and are never below the Unix milliseconds of their moment, so that a restored device does not issue an old one again.
type Dot struct {
	Device  string `json:"device"`
	Counter int64  `json:"counter"`
}

// Compare orders dots by counter, then by device: the greatest is the version that answers while two are in conflict.
func (d Dot) Compare(o Dot) int {
	return cmp.Or(cmp.Compare(d.Counter, o.Counter), cmp.Compare(d.Device, o.Device))
}

// NextCounter is the counter after previous at the given time.
func NextCounter(previous int64, now time.Time) int64 { return max(previous+1, now.UnixMilli()) }

// Vector is an item's causal context: for every device the highest counter that has been integrated into the item.
type Vector map[string]int64

// Knows reports whether the write d has been seen, whether or not its version is still there.
func (v Vector) Knows(d Dot) bool { return v[d.Device] >= d.Counter }

// Join returns the pointwise maximum of both.
func (v Vector) Join(o Vector) Vector {
	joined := make(Vector, max(len(v), len(o)))
	maps.Copy(joined, v)
	for device, counter := range o {
		joined[device] = max(joined[device], counter)
	}
	return joined
}

// Stamp is a hybrid logical clock reading: Unix milliseconds in the upper 48 bits, a counter in the lower 16, ties
// broken by device. See Kulkarni et al., "Logical Physical Clocks", 2014.
type Stamp struct {
	Time   int64  `json:"time"`
	Device string `json:"device"`
}

// Compare orders stamps by time, then by device.
func (s Stamp) Compare(o Stamp) int {
	return cmp.Or(cmp.Compare(s.Time, o.Time), cmp.Compare(s.Device, o.Device))
}

// UnixMilli is the wall-clock part.
func (s Stamp) UnixMilli() int64 { return s.Time >> 16 }

// NextTime is the clock reading after previous (the greatest seen from anyone) at the given time.
func NextTime(previous int64, now time.Time) int64 { return max(previous+1, now.UnixMilli()<<16) }

// Version is a live version of an item's content.
type Version struct {
	Dot
	Blob string `json:"blob"` // SHA-256 in hex; empty for kinds without bytes
}

// Register is a field's value with the stamp of the write that set it. The newest stamp wins.
type Register struct {
	Value string `json:"value"` // JSON; empty = removed
	Stamp Stamp  `json:"stamp"`
}

// ItemKind says which noun an item is.
type ItemKind string

// The kinds.
const (
	KindWorkspace      ItemKind = "workspace"
	KindMember         ItemKind = "member"
	KindContent        ItemKind = "content"
	KindCategory       ItemKind = "category"
	KindProject        ItemKind = "project"
	KindProjectContent ItemKind = "project_content" // a content's place in a project
	KindSession        ItemKind = "session"
	KindAttachment     ItemKind = "attachment" // a content's place in a session
	KindAgent          ItemKind = "agent"      // of a person, like the kinds that follow
	KindLibrary        ItemKind = "library"
	KindLibraryPage    ItemKind = "library_page"
	KindQuestion       ItemKind = "question"
)

// Item is the synchronised state of one thing: a small CRDT. Its versions are an observed-remove set under one causal
// context: one version normally, none = deleted, two or more = a conflict that a person resolves by a write that
// replaces them. Fields are last-writer-wins registers.
type Item struct {
	ID          string              `json:"id"`
	Kind        ItemKind            `json:"kind"`
	WorkspaceID string              `json:"workspaceId"` // the feed that it is on
	Vector      Vector              `json:"vector"`
	Versions    []Version           `json:"versions"` // ascending by dot
	Fields      map[string]Register `json:"fields"`
	Seq         int64               `json:"-"` // commit of its newest change on this replica
	Dirty       bool                `json:"-"` // differs from what the hub has shown
}

// Deleted reports whether no version is left.
func (i Item) Deleted() bool { return len(i.Versions) == 0 }

// Current is the version that answers: the one with the greatest dot. ok is false when the item is deleted.
func (i Item) Current() (v Version, ok bool) {
	if i.Deleted() {
		return Version{}, false
	}
	return slices.MaxFunc(i.Versions, compareVersions), true
}

// Clone returns a copy that shares nothing with i.
func (i Item) Clone() Item {
	i.Vector = maps.Clone(i.Vector)
	i.Versions = slices.Clone(i.Versions)
	i.Fields = maps.Clone(i.Fields)
	return i
}

// Write returns i with a new version that replaces exactly the versions whose dots are given: those that the writer
// saw. dot must be new to the item.
func (i Item) Write(dot Dot, blob string, replaces []Dot) Item {
	i = i.remove(replaces)
	i.Versions = append(i.Versions, Version{Dot: dot, Blob: blob})
	slices.SortFunc(i.Versions, compareVersions)
	i.Vector = i.Vector.Join(Vector{dot.Device: dot.Counter})
	return i
}

// Keep returns i with a version that it had before, as it was.
func (i Item) Keep(v Version) Item {
	i = i.Clone()
	i.Versions = append(i.Versions, v)
	slices.SortFunc(i.Versions, compareVersions)
	return i
}

// Delete returns i without the versions whose dots are given. It takes no dot of its own: a write that the deletion had
// not seen survives it.
func (i Item) Delete(replaces []Dot) Item { return i.remove(replaces) }

func (i Item) remove(dots []Dot) Item {
	i = i.Clone()
	i.Versions = slices.DeleteFunc(i.Versions, func(v Version) bool { return slices.Contains(dots, v.Dot) })
	return i
}

// Dots are those of the live versions.
func (i Item) Dots() []Dot {
	dots := make([]Dot, len(i.Versions))
	for n, v := range i.Versions {
		dots[n] = v.Dot
	}
	return dots
}

// Set returns i with a field set to a JSON value; the empty value removes it. An older stamp than the field's changes
// nothing.
func (i Item) Set(name, value string, stamp Stamp) Item {
	i = i.Clone()
	if i.Fields == nil {
		i.Fields = map[string]Register{}
	}
	if old, ok := i.Fields[name]; !ok || stamp.Compare(old.Stamp) > 0 {
		i.Fields[name] = Register{Value: value, Stamp: stamp}
	}
	return i
}

// Join merges two states of one item. It is commutative, associative and idempotent, and the only merge there is.
// A version stays when the other side has it too or has never seen it; fields go by newest stamp.
// Id, kind and workspace are taken from a, Seq and Dirty are a's.
func Join(a, b Item) Item {
	joined := a.Clone()
	joined.Vector = a.Vector.Join(b.Vector)
	joined.Versions = nil
	for _, v := range a.Versions {
		if slices.Contains(b.Dots(), v.Dot) || !b.Vector.Knows(v.Dot) {
			joined.Versions = append(joined.Versions, v)
		}
	}
	for _, v := range b.Versions {
		if !slices.Contains(a.Dots(), v.Dot) && !a.Vector.Knows(v.Dot) {
			joined.Versions = append(joined.Versions, v)
		}
	}
	slices.SortFunc(joined.Versions, compareVersions)
	if joined.Fields == nil {
		joined.Fields = make(map[string]Register, len(b.Fields))
	}
	for name, theirs := range b.Fields {
		if ours, ok := joined.Fields[name]; !ok || newer(theirs, ours) {
			joined.Fields[name] = theirs
		}
	}
	return joined
}

// SameState reports whether two items have the same replicated state.
func SameState(a, b Item) bool {
	return a.ID == b.ID && maps.Equal(a.Vector, b.Vector) && slices.Equal(a.Versions, b.Versions) && maps.Equal(a.Fields, b.Fields)
}

// newer orders registers by stamp and, should two writes ever carry the same one, by value, so that joining stays
// commutative whatever arrives.
func newer(a, b Register) bool {
	return cmp.Or(a.Stamp.Compare(b.Stamp), cmp.Compare(a.Value, b.Value)) > 0
}

func compareVersions(a, b Version) int {
	return cmp.Or(a.Dot.Compare(b.Dot), cmp.Compare(a.Blob, b.Blob))
}

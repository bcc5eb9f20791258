// Package merge joins whole items and says what follows from a join: pure functions, the same at both ends.
//
// The join itself is catalog.Join. A join can leave what no person would have been allowed to write: two categories of
// one name, a deleted category that a document has, a workspace without an owner. None of these is a conflict to ask
// about; each has one answer, and whoever joined gives it.
package merge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Received is the state after theirs came in over ours (nil: never seen). What theirs is called by and of what kind it is
// stays as it was. The item is dirty exactly when it differs from what came.
func Received(join func(a, b catalog.Item) catalog.Item, ours *catalog.Item, theirs catalog.Item) catalog.Item {
	theirs.Dirty = false
	if ours == nil {
		theirs.Seq = 0
		return theirs
	}
	joined := join(*ours, theirs)
	joined.Dirty = !catalog.SameState(joined, theirs)
	return joined
}

// Text is a field's value where it is a JSON string, else empty.
func Text(item catalog.Item, name string) string {
	var s string
	if json.Unmarshal([]byte(item.Fields[name].Value), &s) != nil {
		return ""
	}
	return s
}

// Number is a field's value where it is a JSON number, else 0.
func Number(item catalog.Item, name string) float64 {
	var n float64
	if json.Unmarshal([]byte(item.Fields[name].Value), &n) != nil {
		return 0
	}
	return n
}

// CategoryOf is the category that a content has, empty for none.
func CategoryOf(content catalog.Item) string { return Text(content, "categoryId") }

// MemberOf is whose membership an item is, and the role it gives.
func MemberOf(member catalog.Item) (userID string, role catalog.Role) {
	return Text(member, "user"), catalog.Role(Text(member, "role"))
}

// Heir is who becomes OWNER of a workspace whose live members are given: the highest-ranked, among equals the one who
// has been a member longest, then the least id. ok is false when there is an owner already, or nobody.
func Heir(members []catalog.Item) (heir catalog.Item, ok bool) {
	for _, m := range members {
		if _, role := MemberOf(m); role == catalog.RoleOwner {
			return heir, false
		}
	}
	if len(members) == 0 {
		return heir, false
	}
	return slices.MinFunc(members, func(a, b catalog.Item) int {
		return cmp.Or(
			cmp.Compare(rank(b), rank(a)),
			cmp.Compare(Number(a, "createdAt"), Number(b, "createdAt")),
			cmp.Compare(a.ID, b.ID))
	}), true
}

func rank(member catalog.Item) int {
	_, role := MemberOf(member)
	return slices.Index(catalog.Roles, role)
}

// ShownNames are the names under which live items of one kind are shown, by id: where several have one name, case ignored,
// the least id keeps it and each later one gets a number. Nothing is written.
func ShownNames(items []catalog.Item) map[string]string {
	items = slices.SortedFunc(slices.Values(items), func(a, b catalog.Item) int { return cmp.Compare(a.ID, b.ID) })
	taken := make(map[string]bool, len(items))
	shown := make(map[string]string, len(items))
	for _, item := range items { // who has a name to themselves or came first keeps it as it is
		name := Text(item, "name")
		if fold := strings.ToLower(name); !taken[fold] {
			taken[fold] = true
			shown[item.ID] = name
		}
	}
	for _, item := range items {
		if _, done := shown[item.ID]; done {
			continue
		}
		for n := 2; ; n++ {
			name := fmt.Sprintf("%s (%d)", Text(item, "name"), n)
			if fold := strings.ToLower(name); !taken[fold] {
				taken[fold] = true
				shown[item.ID] = name
				break
			}
		}
	}
	return shown
}

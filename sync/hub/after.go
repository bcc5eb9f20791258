package hub

import (
	"maps"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/merge"
)

// after is what a push may have left that no person would have been allowed to write.
type after struct {
	categories map[string]bool // that live contents have now, or that have been deleted
	members    bool            // a member left or has another role
}

func (a *after) note(present, result catalog.Item) {
	switch result.Kind {
	case catalog.KindContent:
		if id := merge.CategoryOf(result); id != "" && !result.Deleted() {
			a.category(id)
		}
	case catalog.KindCategory:
		if result.Deleted() {
			a.category(result.ID)
		}
	case catalog.KindMember:
		a.members = a.members || result.Deleted() || roleIn(present) != roleIn(result)
	}
}

func (a *after) category(id string) {
	if a.categories == nil {
		a.categories = map[string]bool{}
	}
	a.categories[id] = true
}

// settle writes what the rules after a join ask for, in the same transaction: a deleted category that a document has
// lives again, and a workspace without an owner gets one.
func (m *joining) settle() error {
	for _, id := range slices.Sorted(maps.Keys(m.after.categories)) {
		if err := m.revive(id); err != nil {
			return err
		}
	}
	if m.after.members {
		return m.enthrone()
	}
	return nil
}

func (m *joining) revive(categoryID string) error {
	category, known, err := m.tx.Item(categoryID)
	if err != nil || !known || !category.Deleted() || category.Kind != catalog.KindCategory {
		return err
	}
	used, err := m.tx.InUse(categoryID)
	if err != nil || !used {
		return err
	}
	return m.tx.Put(category.Write(m.tx.Dot(), "", nil), catalog.OriginLocal)
}

func (m *joining) enthrone() error {
	members, err := m.tx.OfKind(catalog.KindMember)
	if err != nil {
		return err
	}
	heir, needed := merge.Heir(members)
	if !needed {
		return nil
	}
	return m.tx.Put(heir.Set("role", `"`+string(catalog.RoleOwner)+`"`, m.tx.Stamp()), catalog.OriginLocal)
}

package hub

import (
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/merge"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// actions says what somebody who changes an item of a kind does. Kinds that this program does not know are contents.
var actions = map[catalog.ItemKind]catalog.Action{
	catalog.KindWorkspace:      catalog.ActionManageWorkspace,
	catalog.KindMember:         catalog.ActionManageMembers,
	catalog.KindContent:        catalog.ActionWriteContents,
	catalog.KindCategory:       catalog.ActionWriteOntology,
	catalog.KindProject:        catalog.ActionWriteProjects,
	catalog.KindProjectContent: catalog.ActionWriteProjects,
	catalog.KindSession:        catalog.ActionWriteSessions,
	catalog.KindAttachment:     catalog.ActionWriteSessions,
}

// forbidden says why a member with role may not turn present into result; empty: may. An archived workspace takes what was
// written before somebody archived it: that is asked where people write.
func forbidden(role catalog.Role, present, result catalog.Item) string {
	action, known := actions[result.Kind]
	if !known {
		action = catalog.ActionWriteContents
	}
	if result.Kind == catalog.KindWorkspace && !present.Deleted() && result.Deleted() {
		action = catalog.ActionDeleteWorkspace
	}
	if !catalog.Can(role, action) {
		return "Your role in this workspace does not allow it."
	}
	if result.Kind == catalog.KindMember && !catalog.CanGrant(role, roleIn(present), roleIn(result)) {
		return "Only an owner decides about owners."
	}
	return ""
}

// ahead reports whether an item carries a stamp that is ahead of the hub's clock and did not come from here. A field that is
// ahead already (the hub's own clock was wrong) may be followed by the next stamp, else nobody could change it any more.
func ahead(present, item catalog.Item, now time.Time) bool {
	limit := now.Add(protocol.MaxAhead).UnixMilli()
	for name, register := range item.Fields {
		before := present.Fields[name]
		if register == before {
			continue
		}
		if at := register.Stamp.UnixMilli(); at > limit && at > before.Stamp.UnixMilli()+time.Second.Milliseconds() {
			return true
		}
	}
	return false
}

// roleIn is the role that a membership gives, none for what is deleted or no membership.
func roleIn(member catalog.Item) catalog.Role {
	if member.Deleted() {
		return catalog.RoleNone
	}
	_, role := merge.MemberOf(member)
	return role
}

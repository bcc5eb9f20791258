package catalog

import "slices"

// Role is a member's standing in one workspace.
type Role string

// The roles, weakest first.
const (
	RoleNone   Role = ""
	RoleViewer Role = "VIEWER"
	RoleEditor Role = "EDITOR"
	RoleAdmin  Role = "ADMIN"
	RoleOwner  Role = "OWNER"
)

// Roles are those that a member can have, weakest first.
var Roles = []Role{RoleViewer, RoleEditor, RoleAdmin, RoleOwner}

// Action is something one does to a workspace or to what is in it.
type Action string

const (
	ActionRead            Action = "read"             // list, search, ask, open, share
	ActionWriteContents   Action = "write_contents"   // import, change, delete contents; run workflows over them
	ActionWriteOntology   Action = "write_ontology"   // categories with their fields, workflows
	ActionWriteProjects   Action = "write_projects"   // projects and what is in them
	ActionWriteSessions   Action = "write_sessions"   // sessions and their attachments
	ActionManageFolders   Action = "manage_folders"   // watch, pause, remove folders
	ActionManageMembers   Action = "manage_members"   // add, change, remove members
	ActionManageWorkspace Action = "manage_workspace" // rename, archive, un-archive
	ActionDeleteWorkspace Action = "delete_workspace"
)

// rule says what an action needs.
type rule struct {
	weakest  Role // that may do it
	archived bool // it may be done to an archived workspace too
}

// policy is the whole of it: one row an action.
var policy = map[Action]rule{
	ActionRead:            {RoleViewer, true},
	ActionWriteContents:   {RoleEditor, false},
	ActionWriteOntology:   {RoleEditor, false},
	ActionWriteProjects:   {RoleEditor, false},
	ActionWriteSessions:   {RoleEditor, false},
	ActionManageFolders:   {RoleAdmin, true},
	ActionManageMembers:   {RoleAdmin, false},
	ActionManageWorkspace: {RoleAdmin, true},
	ActionDeleteWorkspace: {RoleOwner, true},
}

var rank = map[Role]int{RoleNone: 0, RoleViewer: 1, RoleEditor: 2, RoleAdmin: 3, RoleOwner: 4}

// Can reports whether a member with role may do action. Unknown roles and actions are denied.
func Can(role Role, action Action) bool {
	need, known := policy[action]
	return known && rank[role] >= rank[need.weakest]
}

// CanGrant reports whether a member with role may give, change or take away the roles of others: their present ones and
// those that they get. Only an OWNER decides about OWNERs.
func CanGrant(role Role, others ...Role) bool {
	return Can(role, ActionManageMembers) && (role == RoleOwner || !slices.Contains(others, RoleOwner))
}

// Weakest is the weakest role that may do action; none for an unknown one.
func Weakest(action Action) Role { return policy[action].weakest }

// AllowedWhenArchived reports whether action may be done to an archived workspace by those who may do it at all.
func AllowedWhenArchived(action Action) bool { return policy[action].archived }

// OrganizationRole is a user's standing in the organization.
type OrganizationRole string

// The roles in an organization, weakest first.
const (
	OrganizationMember   OrganizationRole = "member"
	OrganizationInternal OrganizationRole = "internal" // sees every document set of the organization
	OrganizationOwner    OrganizationRole = "owner"    // that, and makes users and tokens
)

// OrganizationRoles are those that a user can have, weakest first.
var OrganizationRoles = []OrganizationRole{OrganizationMember, OrganizationInternal, OrganizationOwner}

// Values lists the roles for the document of the API.
func (OrganizationRole) Values() []any {
	return []any{OrganizationMember, OrganizationInternal, OrganizationOwner}
}

// SeesWholeOrganization reports whether a user with this role sees the document sets of others too: which there are and
// what is in them, nothing more.
func (r OrganizationRole) SeesWholeOrganization() bool {
	return r == OrganizationInternal || r == OrganizationOwner
}

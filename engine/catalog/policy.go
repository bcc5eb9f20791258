package catalog

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

// Action is something one does to a workspace or to what is in it.
type Action string

const (
	ActionRead            Action = "read"             // list, search, ask, open
	ActionWriteContents   Action = "write_contents"   // import, change, delete contents
	ActionManageFolders   Action = "manage_folders"   // watch, pause, remove folders
	ActionManageWorkspace Action = "manage_workspace" // rename, archive, members
	ActionDeleteWorkspace Action = "delete_workspace"
)

// granted lists, for every action, the weakest role that may do it.
var granted = map[Action]Role{
	ActionRead:            RoleViewer,
	ActionWriteContents:   RoleEditor,
	ActionManageFolders:   RoleAdmin,
	ActionManageWorkspace: RoleAdmin,
	ActionDeleteWorkspace: RoleOwner,
}

var rank = map[Role]int{RoleNone: 0, RoleViewer: 1, RoleEditor: 2, RoleAdmin: 3, RoleOwner: 4}

// Can reports whether a member with role may do action. Unknown roles and actions are denied.
func Can(role Role, action Action) bool {
	need, known := granted[action]
	return known && rank[role] >= rank[need]
}

package workspaces

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

var (
	reads  = web.Needs("workspaces-read")
	writes = web.Needs("workspaces-write")
)

// routes is the table of operations.
func (a *API) routes() []web.Route {
	const one, members, member = Base + "/{id}", Base + "/{id}/members", Base + "/{id}/members/{userId}"
	return []web.Route{
		{Name: "workspacesList", Method: "GET", Path: Base, Access: reads, Published: true, Summary: "The workspaces that the caller is a member of.",
			Response: List[Workspace]{}, Statuses: []int{http.StatusOK}, Serve: a.list, Example: listExample},
		{Name: "workspacesCreate", Method: "POST", Path: Base, Access: writes, Published: true, Summary: "Makes a workspace, whose OWNER the caller becomes.",
			Request: CreateRequest{}, Response: Answer[Workspace]{}, Statuses: []int{http.StatusCreated}, Serve: a.create, Example: createExample},
		{Name: "workspacesGet", Method: "GET", Path: one, Access: reads.To(catalog.ActionRead), Published: true, Summary: "One workspace.",
			Response: Answer[Workspace]{}, Statuses: []int{http.StatusOK}, Serve: a.get, Example: getExample},
		{Name: "workspacesUpdate", Method: "PUT", Path: one, Access: writes.To(catalog.ActionManageWorkspace), Published: true, Summary: "Changes what is present in the body.",
			Description: "For ADMIN and OWNER. What is absent or null stays; an empty text clears description, icon or color. An archived workspace can be read and searched, and is closed for changes.",
			Request:     UpdateRequest{}, Response: Answer[Workspace]{}, Statuses: []int{http.StatusOK}, Serve: a.update, Example: updateExample},
		{Name: "workspacesDelete", Method: "DELETE", Path: one, Access: writes.To(catalog.ActionDeleteWorkspace), Published: true, Summary: "Removes a workspace and all that it holds.",
			Description: "For OWNER. Files of watched folders are never touched. It cannot be undone.",
			Response:    Done{}, Statuses: []int{http.StatusOK}, Long: true, Serve: a.delete, Example: deleteExample},

		{Name: "workspacesListMembers", Method: "GET", Path: members, Access: reads.To(catalog.ActionRead), Summary: "Who belongs to a workspace.",
			Response: List[Member]{}, Statuses: []int{http.StatusOK}, Serve: a.listMembers, Example: membersExample},
		{Name: "workspacesAddMember", Method: "POST", Path: members, Access: writes.To(catalog.ActionManageMembers), Summary: "Lets a user of the organization in.",
			Description: "For ADMIN and OWNER; only an OWNER makes OWNERs.",
			Request:     MemberRequest{}, Response: Answer[Member]{}, Statuses: []int{http.StatusCreated}, Serve: a.addMember, Example: addExample},
		{Name: "workspacesChangeMember", Method: "PUT", Path: member, Access: writes.To(catalog.ActionManageMembers), Summary: "Gives a member another role.",
			Description: "For ADMIN and OWNER; only an OWNER decides about OWNERs. The last OWNER stays one.",
			Request:     RoleRequest{}, Response: Answer[Member]{}, Statuses: []int{http.StatusOK}, Serve: a.changeMember},
		{Name: "workspacesRemoveMember", Method: "DELETE", Path: member, Access: writes.To(catalog.ActionManageMembers), Summary: "Takes a member out; oneself, whatever one's role.",
			Description: "The last OWNER stays.", Response: Done{}, Statuses: []int{http.StatusOK}, Serve: a.removeMember},
	}
}

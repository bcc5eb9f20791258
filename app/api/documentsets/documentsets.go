// Package documentsets is the document sets contract: the same workspaces in snake_case, with their documents and users.
package documentsets

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with.
const Base = "/api/v1/document-sets"

// API serves the operations over one engine.
type API struct {
	engine *engine.Engine
	family web.Family
}

// New makes an API. The engine may be nil when only the table of operations is wanted.
func New(core *engine.Engine) *API {
	return &API{engine: core, family: web.Family{Base: Base, Statuses: statuses(), Body: problemBody}}
}

// Group is the family with its operations.
func (a *API) Group() web.Group {
	return web.Group{Name: "Document sets", About: "Document sets: workspaces with their documents and users.", Prefix: "DocumentSets", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	reads, writes := web.Needs("workspaces-read"), web.Needs("workspaces-write")
	return []web.Route{
		{Name: "listDocumentSets", Method: "GET", Path: Base, Access: reads, Published: true, Summary: "The document sets that the caller may see.",
			Description: "Internal users and owners see those of their whole organization, everyone else those whose users include them.",
			Response:    SetList{}, Statuses: []int{http.StatusOK}, Serve: a.list, Example: listExample},
		{Name: "createDocumentSet", Method: "POST", Path: Base, Access: writes, Published: true, Summary: "Makes a document set, whose first user the caller becomes.",
			Description: "workspace_name and document_set_name mean the same; one of them is needed.",
			Request:     CreateRequest{}, Response: Set{}, Statuses: []int{http.StatusCreated}, Serve: a.create, Example: createExample},
		{Name: "getDocumentSet", Method: "GET", Path: Base + "/{document_set_id}", Access: reads.To(catalog.ActionRead), Published: true, Summary: "The users and the documents of one document set.",
			Response: SetContents{}, Statuses: []int{http.StatusOK}, Serve: a.get, Example: getExample},
	}
}

// Problem is the error body.
type Problem struct {
	Detail string `json:"detail"`
}

func problemBody(p web.Problem) any { return Problem{Detail: p.Message} }

// statuses answers as the contract has it: 400 stands for failed authentication and for what is not there.
func statuses() web.Statuses {
	s := web.DefaultStatuses()
	s[catalog.Unauthenticated], s[catalog.NotFound] = http.StatusBadRequest, http.StatusBadRequest
	return s
}

// Package sessions is the session documents contract: extraction sessions, the documents attached to them and their parsings.
package sessions

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with. The family answers for all of root, where nothing else lies.
const (
	Base = root + "/sessions"
	root = "/extractions"
)

// API serves the operations over one engine.
type API struct {
	engine *engine.Engine
	family web.Family
}

// New makes an API. The engine may be nil when only the table of operations is wanted.
func New(core *engine.Engine) *API {
	return &API{engine: core, family: web.Family{Base: root, Statuses: statuses(), Body: problemBody}}
}

// Group is the family with its operations.
func (a *API) Group() web.Group {
	return web.Group{Name: "Session documents", About: "Extraction sessions and their documents.", Prefix: "Sessions", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	reads, writes := web.Needs("sessions-read"), web.Needs("sessions-write")
	const one, documents = Base + "/{sessionId}", Base + "/{sessionId}/documents"
	page := []web.Parameter{{Name: "page", Kind: "integer", About: "from 1; a page past the end is empty", Min: new(1)}}
	return []web.Route{
		{Name: "listSessionDocuments", Method: "GET", Path: documents, Access: reads.To(catalog.ActionRead), Summary: "The documents attached to a session, 15 a page, attached first, first.",
			Published: true, Query: page, Response: DocumentPage{}, Statuses: []int{http.StatusOK}, Serve: a.listDocuments,
			Example: &web.Example{Target: Base + "/550e8400-e29b-41d4-a716-446655440000/documents?page=1", Response: exampleDocuments()}},
		{Name: "listSessions", Method: "GET", Path: Base, Access: reads, Summary: "The sessions of all workspaces that the caller can read, 15 a page, oldest first.",
			Query: page, Response: SessionPage{}, Statuses: []int{http.StatusOK}, Serve: a.listSessions},
		{Name: "createSession", Method: "POST", Path: Base, Access: writes.To(catalog.ActionWriteSessions), Summary: "A new session of a workspace.",
			Request: SessionRequest{}, Response: OneSession{}, Statuses: []int{http.StatusCreated}, Serve: a.createSession},
		{Name: "deleteSession", Method: "DELETE", Path: one, Access: writes.To(catalog.ActionWriteSessions), Summary: "Removes a session; its documents stay.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteSession},
		{Name: "attachSessionDocuments", Method: "POST", Path: documents + "/attach", Access: writes.To(catalog.ActionWriteSessions), Summary: "Attaches documents of the session's workspace, all of them or none.",
			Request: AttachRequest{}, Response: Documents{}, Statuses: []int{http.StatusOK}, Serve: a.attach},
		{Name: "addSessionDocuments", Method: "POST", Path: documents, Access: writes.To(catalog.ActionWriteSessions), Summary: "The same as attach.",
			Request: AttachRequest{}, Response: Documents{}, Statuses: []int{http.StatusOK}, Serve: a.attach},
		{Name: "detachSessionDocument", Method: "DELETE", Path: documents + "/{documentId}", Access: writes.To(catalog.ActionWriteSessions), Summary: "Takes a document out of a session; the document stays.",
			Statuses: []int{http.StatusNoContent}, Serve: a.detach},
	}
}

// Problem is the error body; errors names the violations by field.
type Problem struct {
	Message string              `json:"message"`
	Errors  map[string][]string `json:"errors,omitempty"`
}

func problemBody(p web.Problem) any {
	body := Problem{Message: p.Message}
	for _, f := range p.Fields {
		if body.Errors == nil {
			body.Errors = map[string][]string{}
		}
		body.Errors[f.Field] = append(body.Errors[f.Field], f.Message)
	}
	return body
}

// statuses answers wrong input as unprocessable.
func statuses() web.Statuses {
	s := web.DefaultStatuses()
	s[catalog.Invalid] = http.StatusUnprocessableEntity
	return s
}

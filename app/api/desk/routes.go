package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// access is who may call: anyone, the owner of the data, or holders of a token with the ability that it names.
type access string

const (
	anyone      access = "anyone"
	ownerOnly   access = "owner"
	signed      access = "" // any token; the engine decides the rest
	reads       access = "content-read"
	writes      access = "content-write"
	queries     access = "content-query"
	arranges    access = "workspaces-write"
	lists       access = "workspaces-read"
	administers access = "admin"
)

// route is one operation.
type route struct {
	name     string // operation id
	method   string
	path     string // below Base
	access   access
	summary  string
	query    []parameter
	request  any    // a zero value of the JSON body's type; nil: none
	upload   bool   // the body is raw bytes
	response any    // a zero value of the JSON answer's type; nil: none
	media    string // when the answer is not JSON
	statuses []int  // the successes; the first is the usual one
	serve    web.Handler
}

// parameter is one query parameter.
type parameter struct {
	name, kind, about string
	required          bool
}

const (
	ok        = http.StatusOK
	created   = http.StatusCreated
	accepted  = http.StatusAccepted
	noContent = http.StatusNoContent
)

// routes is the table of all operations, in the order of the document.
func (d *Desk) routes() []route {
	return []route{
		{name: "status", method: "GET", path: "/status", access: lists, summary: "The state of everything at this moment.",
			response: catalog.Status{}, statuses: []int{ok}, serve: d.status},
		{name: "events", method: "GET", path: "/events", access: lists, summary: "A stream of changes, one JSON object a line; a ping every 15 seconds.",
			response: catalog.Event{}, media: "application/x-ndjson", statuses: []int{ok}, serve: d.events},

		{name: "listFolders", method: "GET", path: "/folders", access: lists, summary: "The watched folders.",
			response: FolderList{}, statuses: []int{ok}, serve: d.listFolders},
		{name: "addFolder", method: "POST", path: "/folders", access: administers, summary: "Watches a folder; 200 when it was watched already.",
			request: FolderRequest{}, response: catalog.Folder{}, statuses: []int{created, ok}, serve: d.addFolder},
		{name: "removeFolder", method: "DELETE", path: "/folders/{id}", access: administers, summary: "Stops watching; its documents go to the trash unless keep is true.",
			query: []parameter{{name: "keep", kind: "boolean", about: "keep the documents"}}, statuses: []int{noContent}, serve: d.removeFolder},
		{name: "pauseFolder", method: "POST", path: "/folders/{id}/pause", access: administers, summary: "Stops watching one folder for now.", statuses: []int{noContent}, serve: d.pauseFolder},
		{name: "resumeFolder", method: "POST", path: "/folders/{id}/resume", access: administers, summary: "Watches a paused folder again.", statuses: []int{noContent}, serve: d.resumeFolder},
		{name: "checkFolder", method: "POST", path: "/folders/{id}/check", access: administers, summary: "Scans one folder now.", statuses: []int{noContent}, serve: d.checkFolder},
		{name: "confirmDeletion", method: "POST", path: "/folders/{id}/deletions", access: administers, summary: "Answers the question a bulk deletion asks.",
			request: DeletionRequest{}, statuses: []int{noContent}, serve: d.confirmDeletion},
		{name: "suggestFolders", method: "GET", path: "/folder-suggestions", access: ownerOnly, summary: "Places on this machine that a person may want to start with.",
			response: SuggestionList{}, statuses: []int{ok}, serve: d.suggestFolders},
		{name: "browse", method: "GET", path: "/browse", access: ownerOnly, summary: "The directories inside a directory of this machine.",
			query: []parameter{{name: "path", kind: "string", about: "absolute; absent: the home directory"}}, response: Listing{}, statuses: []int{ok}, serve: d.browse},

		{name: "search", method: "POST", path: "/search", access: queries, summary: "Passages that match, best first.",
			request: SearchRequest{}, response: catalog.SearchResult{}, statuses: []int{ok}, serve: d.search},
		{name: "ask", method: "POST", path: "/ask", access: queries, summary: "An answer with citations, or that the documents hold none.",
			request: AskRequest{}, response: catalog.Answer{}, statuses: []int{ok}, serve: d.ask},

		{name: "listContents", method: "GET", path: "/contents", access: reads, summary: "Documents, and how many there are in all.",
			query: []parameter{{name: "name", kind: "string", about: "part of the file name"}, {name: "status", kind: "string", about: "uploaded, processing, processed or failed"},
				{name: "folder", kind: "string", about: "folder id"}, {name: "workspace", kind: "string", about: "workspace id or name"},
				{name: "filter", kind: "string", about: "content filter as JSON"}, {name: "sort", kind: "string", about: "name, size, createdAt or updatedAt; - in front for descending"},
				{name: "limit", kind: "integer", about: "1 to 1000, default 100"}, {name: "offset", kind: "integer", about: "from 0"}},
			response: ContentList{}, statuses: []int{ok}, serve: d.listContents},
		{name: "importContent", method: "POST", path: "/contents", access: writes, summary: "Imports the body as a new document.",
			query:  []parameter{{name: "name", kind: "string", about: "file name", required: true}, {name: "workspace", kind: "string", about: "workspace id or name; absent: the default one"}},
			upload: true, response: catalog.Content{}, statuses: []int{created}, serve: d.importContent},
		{name: "retryAll", method: "POST", path: "/contents/retry", access: writes, summary: "Reads every failed document again.", statuses: []int{noContent}, serve: d.retry},
		{name: "getContent", method: "GET", path: "/contents/{id}", access: reads, summary: "One document.", response: catalog.Content{}, statuses: []int{ok}, serve: d.getContent},
		{name: "getPage", method: "GET", path: "/contents/{id}/pages/{number}", access: reads, summary: "The stored text of one page, from 1.", response: catalog.Page{}, statuses: []int{ok}, serve: d.getPage},
		{name: "getOriginal", method: "GET", path: "/contents/{id}/original", access: reads, summary: "The bytes of the original; Range and If-None-Match work.",
			media: "application/octet-stream", statuses: []int{ok, http.StatusPartialContent, http.StatusNotModified}, serve: d.getOriginal},
		{name: "retryContent", method: "POST", path: "/contents/{id}/retry", access: writes, summary: "Reads a failed document again.", statuses: []int{noContent}, serve: d.retry},
		{name: "deleteContent", method: "DELETE", path: "/contents/{id}", access: writes, summary: "Moves a document to the trash; a watched file stays on disk.", statuses: []int{noContent}, serve: d.deleteContent},
		{name: "restoreContent", method: "POST", path: "/contents/{id}/restore", access: writes, summary: "Takes a document out of the trash.", statuses: []int{noContent}, serve: d.restoreContent},

		{name: "listWorkspaces", method: "GET", path: "/workspaces", access: lists, summary: "The caller's workspaces, or the one that ref names.",
			query: []parameter{{name: "ref", kind: "string", about: "id or name; several with that name: 400 listing them"}}, response: WorkspaceList{}, statuses: []int{ok}, serve: d.listWorkspaces},
		{name: "createWorkspace", method: "POST", path: "/workspaces", access: arranges, summary: "A new workspace that the caller owns.",
			request: WorkspaceRequest{}, response: catalog.Workspace{}, statuses: []int{created}, serve: d.createWorkspace},
		{name: "getWorkspace", method: "GET", path: "/workspaces/{id}", access: lists, summary: "One workspace.", response: catalog.Workspace{}, statuses: []int{ok}, serve: d.getWorkspace},
		{name: "updateWorkspace", method: "PUT", path: "/workspaces/{id}", access: arranges, summary: "Changes what is present in the body.",
			request: catalog.WorkspaceChange{}, response: catalog.Workspace{}, statuses: []int{ok}, serve: d.updateWorkspace},
		{name: "deleteWorkspace", method: "DELETE", path: "/workspaces/{id}", access: arranges, summary: "Removes a workspace and what Sheaf knows of it; never files of a folder.", statuses: []int{noContent}, serve: d.deleteWorkspace},

		{name: "listTokens", method: "GET", path: "/tokens", access: administers, summary: "Access tokens without their secrets.", response: TokenList{}, statuses: []int{ok}, serve: d.listTokens},
		{name: "createToken", method: "POST", path: "/tokens", access: administers, summary: "A new access token; its secret is shown this once.",
			request: TokenRequest{}, response: NewToken{}, statuses: []int{created}, serve: d.createToken},
		{name: "revokeToken", method: "DELETE", path: "/tokens/{id}", access: administers, summary: "Ends a token at once.", statuses: []int{noContent}, serve: d.revokeToken},

		{name: "pause", method: "POST", path: "/pause", access: administers, summary: "Stops reading and embedding; searching goes on.", statuses: []int{noContent}, serve: d.pause},
		{name: "resume", method: "POST", path: "/resume", access: administers, summary: "Continues reading and embedding.", statuses: []int{noContent}, serve: d.resume},
		{name: "wait", method: "POST", path: "/wait", access: administers, summary: "Checks every folder anew and answers when nothing is pending (200) or the time is over (202).",
			request: WaitRequest{}, response: catalog.Status{}, statuses: []int{ok, accepted}, serve: d.wait},
		{name: "reindex", method: "POST", path: "/reindex", access: administers, summary: "Drops everything derived and reads every document again.", statuses: []int{noContent}, serve: d.reindex},
		{name: "doctor", method: "GET", path: "/doctor", access: administers, summary: "Checks database, blobs, model, folders and disk space.", response: CheckList{}, statuses: []int{ok}, serve: d.doctor},
		{name: "createCode", method: "POST", path: "/codes", access: ownerOnly, summary: "A one-time code that opens the screens, valid for five minutes.",
			response: OneTimeCode{}, statuses: []int{created}, serve: d.createCode},
		{name: "exchange", method: "POST", path: "/exchange", access: anyone, summary: "Trades a one-time code for a token that lasts as long as the agent runs.",
			request: OneTimeCode{}, response: Secret{}, statuses: []int{ok}, serve: d.exchange},
	}
}

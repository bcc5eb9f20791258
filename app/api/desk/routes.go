package desk

import (
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Who may call.
var (
	anyone      = web.Anyone
	ownerOnly   = web.OwnerOnly
	reads       = web.Needs("content-read")
	writes      = web.Needs("content-write")
	queries     = web.Needs("content-query")
	arranges    = web.Needs("workspaces-write")
	lists       = web.Needs("workspaces-read")
	administers = web.Needs("admin")
)

const (
	ok        = http.StatusOK
	created   = http.StatusCreated
	accepted  = http.StatusAccepted
	noContent = http.StatusNoContent
)

// routes is the table of all operations, in the order of the document.
func (d *Desk) routes() []web.Route {
	return slices.Concat(d.ownRoutes(), d.syncRoutes(), d.conflictRoutes(), d.questionRoutes())
}

// ownRoutes are those of everything but synchronisation.
func (d *Desk) ownRoutes() []web.Route {
	return []web.Route{
		{Name: "status", Method: "GET", Path: Base + "/status", Access: lists, Summary: "The state of everything at this moment.",
			Response: catalog.Status{}, Statuses: []int{ok}, Serve: d.status},
		{Name: "events", Method: "GET", Path: Base + "/events", Access: lists, Summary: "A stream of changes, one JSON object a line; a ping every 15 seconds.",
			Response: catalog.Event{}, Media: "application/x-ndjson", Statuses: []int{ok}, Serve: d.events},

		{Name: "listFolders", Method: "GET", Path: Base + "/folders", Access: lists, Summary: "The watched folders.",
			Response: FolderList{}, Statuses: []int{ok}, Serve: d.listFolders},
		{Name: "addFolder", Method: "POST", Path: Base + "/folders", Access: administers, Summary: "Watches a folder; 200 when it was watched already.",
			Request: FolderRequest{}, Response: catalog.Folder{}, Statuses: []int{created, ok}, Serve: d.addFolder},
		{Name: "changeFolder", Method: "PUT", Path: Base + "/folders/{id}", Access: administers, Summary: "Changes what is present in the body.",
			Request: engine.FolderChange{}, Response: catalog.Folder{}, Statuses: []int{ok}, Serve: d.changeFolder},
		{Name: "removeFolder", Method: "DELETE", Path: Base + "/folders/{id}", Access: administers, Summary: "Stops watching; its documents go to the trash unless keep is true.",
			Query: []web.Parameter{{Name: "keep", Kind: "boolean", About: "keep the documents"}}, Statuses: []int{noContent}, Serve: d.removeFolder},
		{Name: "pauseFolder", Method: "POST", Path: Base + "/folders/{id}/pause", Access: administers, Summary: "Stops watching one folder for now.", Statuses: []int{noContent}, Serve: d.pauseFolder},
		{Name: "resumeFolder", Method: "POST", Path: Base + "/folders/{id}/resume", Access: administers, Summary: "Watches a paused folder again.", Statuses: []int{noContent}, Serve: d.resumeFolder},
		{Name: "checkFolder", Method: "POST", Path: Base + "/folders/{id}/check", Access: administers, Summary: "Scans one folder now.", Statuses: []int{noContent}, Serve: d.checkFolder},
		{Name: "confirmDeletion", Method: "POST", Path: Base + "/folders/{id}/deletions", Access: administers, Summary: "Answers the question a bulk deletion asks.",
			Request: DeletionRequest{}, Statuses: []int{noContent}, Serve: d.confirmDeletion},
		{Name: "coverage", Method: "GET", Path: Base + "/folders/{id}/coverage", Access: administers, Summary: "What became of everything in a folder: counts with reasons, and one list of names.",
			Query: coverageParameters, Response: CoverageReport{}, Statuses: []int{ok}, Serve: d.coverage},
		{Name: "listFiles", Method: "GET", Path: Base + "/files", Access: administers, Summary: "The files of watched folders, each with its state and the reason.",
			Query: fileParameters, Response: FileList{}, Statuses: []int{ok}, Serve: d.listFiles},
		{Name: "listFailures", Method: "GET", Path: Base + "/failures", Access: administers, Summary: "Why documents could not be read, the commonest reason first.",
			Response: FailureGroupList{}, Statuses: []int{ok}, Serve: d.listFailures},
		{Name: "suggestFolders", Method: "GET", Path: Base + "/folder-suggestions", Access: ownerOnly, Summary: "Places on this machine that a person may want to start with.",
			Response: SuggestionList{}, Statuses: []int{ok}, Serve: d.suggestFolders},
		{Name: "browse", Method: "GET", Path: Base + "/browse", Access: ownerOnly, Summary: "The directories inside a directory of this machine.",
			Query: []web.Parameter{{Name: "path", Kind: "string", About: "absolute; absent: the home directory"}}, Response: Listing{}, Statuses: []int{ok}, Serve: d.browse},

		{Name: "search", Method: "POST", Path: Base + "/search", Access: queries, Summary: "Passages that match, best first.",
			Request: SearchRequest{}, Response: catalog.SearchResult{}, Statuses: []int{ok}, Example: searchExample, Serve: d.search},
		{Name: "ask", Method: "POST", Path: Base + "/ask", Access: queries, Summary: "An answer with citations, or that the documents hold none.",
			Request: AskRequest{}, Response: catalog.Answer{}, Statuses: []int{ok}, Long: true, Example: askExample, Serve: d.ask},
		{Name: "askAsWritten", Method: "POST", Path: Base + "/ask/stream", Access: queries, Summary: "The same while a language model writes it: pieces of text, then the checked answer, one JSON object a line.",
			Request: AskRequest{}, Response: Written{}, Media: "application/x-ndjson", Long: true, Statuses: []int{ok}, Serve: d.askAsWritten},

		{Name: "listContents", Method: "GET", Path: Base + "/contents", Access: reads, Summary: "Documents, and how many there are in all.",
			Query: []web.Parameter{{Name: "name", Kind: "string", About: "part of the file name"}, {Name: "status", Kind: "string", About: "uploaded, processing, processed or failed"},
				{Name: "folder", Kind: "string", About: "folder id"}, {Name: "parent", Kind: "string", About: "content id: the documents that lie in it, such as attachments"}, extentParameter, {Name: "workspace", Kind: "string", About: "workspace id or name"},
				{Name: "filter", Kind: "string", About: "content filter as JSON"}, {Name: "sort", Kind: "string", About: "name, size, createdAt or updatedAt; - in front for descending"},
				{Name: "limit", Kind: "integer", About: "1 to 1000, default 100"}, {Name: "offset", Kind: "integer", About: "from 0"}},
			Response: ContentList{}, Statuses: []int{ok}, Serve: d.listContents},
		{Name: "importContent", Method: "POST", Path: Base + "/contents", Access: writes, Summary: "Imports the body as a new document.",
			Query: []web.Parameter{{Name: "name", Kind: "string", About: "file name", Required: true}, {Name: "workspace", Kind: "string", About: "workspace id or name; absent: the default one"}},
			Body:  web.Bytes, MaxBody: maxUpload, Response: catalog.Content{}, Statuses: []int{created}, Example: importExample, Serve: d.importContent},
		{Name: "retryAll", Method: "POST", Path: Base + "/contents/retry", Access: writes, Summary: "Reads every failed document again, or those that failed for one reason.",
			Query: retryParameters, Statuses: []int{noContent}, Serve: d.retryAll},
		{Name: "getContent", Method: "GET", Path: Base + "/contents/{id}", Access: reads, Summary: "One document, with where its automatic values came from.",
			Description: "inferred has what a task assigned: how sure it was, and the page and the code points that it read the value from. Page 0: it was not read from a page, or the document has other bytes since. A value that a person sets is no longer among them.",
			Response:    catalog.ContentDetail{}, Statuses: []int{ok}, Example: contentExample, Serve: d.getContent},
		{Name: "getRelated", Method: "GET", Path: Base + "/contents/{id}/related", Access: reads, Summary: "Documents of the same workspace with the same bytes, nearly the same text, or as other versions.",
			Response: catalog.Related{}, Statuses: []int{ok}, Example: relatedExample, Serve: d.getRelated},
		{Name: "getPage", Method: "GET", Path: Base + "/contents/{id}/pages/{number}", Access: reads, Summary: "The stored text of one page, from 1.", Response: catalog.Page{}, Statuses: []int{ok}, Example: pageExample, Serve: d.getPage},
		{Name: "getOriginal", Method: "GET", Path: Base + "/contents/{id}/original", Access: reads, Summary: "The bytes of the original; Range and If-None-Match work. Those of a document that lies in another one are taken out of it.",
			Media: "application/octet-stream", Statuses: []int{ok, http.StatusPartialContent, http.StatusNotModified}, Serve: d.getOriginal},
		web.ThumbnailRoute("getThumbnail", Base+"/contents/{id}/thumbnail", reads.To(catalog.ActionRead), d.getThumbnail),
		{Name: "retryContent", Method: "POST", Path: Base + "/contents/{id}/retry", Access: writes, Summary: "Reads a failed document again.", Statuses: []int{noContent}, Serve: d.retry},
		{Name: "stopReading", Method: "POST", Path: Base + "/contents/{id}/stop", Access: writes, Summary: "Ends the reading of a document, which counts as failed until it changes or is retried; 409 when it is not being read.", Statuses: []int{noContent}, Serve: d.stopReading},
		{Name: "giveContentPassword", Method: "POST", Path: Base + "/contents/{id}/password", Access: writes, Summary: "Gives the password of a document that needs one, and reads it at once.",
			Description: "Whether the password was right shows in the document's status. 409: the document needs none.",
			Request:     PasswordRequest{}, Response: catalog.Password{}, Statuses: []int{created}, Example: passwordExample, Serve: d.givePassword},
		{Name: "deleteContent", Method: "DELETE", Path: Base + "/contents/{id}", Access: writes, Summary: "Moves a document to the trash; a watched file stays on disk.", Statuses: []int{noContent}, Serve: d.deleteContent},
		{Name: "restoreContent", Method: "POST", Path: Base + "/contents/{id}/restore", Access: writes, Summary: "Takes a document out of the trash.", Statuses: []int{noContent}, Serve: d.restoreContent},

		{Name: "listWorkspaces", Method: "GET", Path: Base + "/workspaces", Access: lists, Summary: "The caller's workspaces, or the one that ref names.",
			Query: []web.Parameter{{Name: "ref", Kind: "string", About: "id or name; several with that name: 400 listing them"}}, Response: WorkspaceList{}, Statuses: []int{ok}, Serve: d.listWorkspaces},
		{Name: "createWorkspace", Method: "POST", Path: Base + "/workspaces", Access: arranges, Summary: "A new workspace that the caller owns.",
			Request: WorkspaceRequest{}, Response: catalog.Workspace{}, Statuses: []int{created}, Example: workspaceExample, Serve: d.createWorkspace},
		{Name: "getWorkspace", Method: "GET", Path: Base + "/workspaces/{id}", Access: lists, Summary: "One workspace.", Response: catalog.Workspace{}, Statuses: []int{ok}, Serve: d.getWorkspace},
		{Name: "updateWorkspace", Method: "PUT", Path: Base + "/workspaces/{id}", Access: arranges, Summary: "Changes what is present in the body.",
			Request: catalog.WorkspaceChange{}, Response: catalog.Workspace{}, Statuses: []int{ok}, Serve: d.updateWorkspace},
		{Name: "deleteWorkspace", Method: "DELETE", Path: Base + "/workspaces/{id}", Access: arranges, Summary: "Removes a workspace and what Sheaf knows of it; never files of a folder.", Long: true, Statuses: []int{noContent}, Serve: d.deleteWorkspace},

		{Name: "listUsers", Method: "GET", Path: Base + "/users", Access: administers, Summary: "The users of the organization, or the one that ref names.",
			Query: []web.Parameter{{Name: "ref", Kind: "string", About: "id or email"}}, Response: UserList{}, Statuses: []int{ok}, Serve: d.listUsers},
		{Name: "addUser", Method: "POST", Path: Base + "/users", Access: administers, Summary: "Makes a user, or brings back one who was removed.",
			Request: UserRequest{}, Response: catalog.User{}, Statuses: []int{created}, Serve: d.addUser},
		{Name: "changeUser", Method: "PUT", Path: Base + "/users/{id}", Access: administers, Summary: "Gives a user another role in the organization.",
			Request: UserChange{}, Response: catalog.User{}, Statuses: []int{ok}, Serve: d.changeUser},
		{Name: "removeUser", Method: "DELETE", Path: Base + "/users/{id}", Access: administers, Summary: "Ends a user's tokens and memberships; documents go on naming who added them.", Statuses: []int{noContent}, Serve: d.removeUser},
		{Name: "listTokens", Method: "GET", Path: Base + "/tokens", Access: administers, Summary: "Access tokens without their secrets.", Response: TokenList{}, Statuses: []int{ok}, Serve: d.listTokens},
		{Name: "createToken", Method: "POST", Path: Base + "/tokens", Access: administers, Summary: "A new access token; its secret is shown this once.",
			Request: TokenRequest{}, Response: NewToken{}, Statuses: []int{created}, Example: tokenExample, Serve: d.createToken},
		{Name: "revokeToken", Method: "DELETE", Path: Base + "/tokens/{id}", Access: administers, Summary: "Ends a token at once.", Statuses: []int{noContent}, Serve: d.revokeToken},

		{Name: "indexing", Method: "GET", Path: Base + "/indexing", Access: administers, Summary: "How considerate reading and embedding are at this moment, and why.",
			Response: catalog.Indexing{}, Statuses: []int{ok}, Serve: d.indexing},
		{Name: "changeIndexing", Method: "PUT", Path: Base + "/indexing", Access: administers, Summary: "Changes what is present in the body; it holds at once and is kept.",
			Request: catalog.IndexingChange{}, Response: catalog.Indexing{}, Statuses: []int{ok}, Serve: d.changeIndexing},
		{Name: "languageModel", Method: "GET", Path: Base + "/language-model", Access: administers, Summary: "The language model that writes answers, if one is set.",
			Response: catalog.LanguageModel{}, Statuses: []int{ok}, Serve: d.languageModel},
		{Name: "changeLanguageModel", Method: "PUT", Path: Base + "/language-model", Access: administers, Summary: "Changes what is present in the body. A key is kept and never shown; a new address without a key drops it.",
			Request: catalog.LanguageModelChange{}, Response: catalog.LanguageModel{}, Statuses: []int{ok}, Serve: d.changeLanguageModel},
		{Name: "tryLanguageModel", Method: "POST", Path: Base + "/language-model/try", Access: administers, Summary: "Asks the language model that the body would make for its models and for a greeting; nothing is changed.",
			Request: catalog.LanguageModelChange{}, Long: true, Response: catalog.LanguageModelTrial{}, Statuses: []int{ok}, Serve: d.tryLanguageModel},
		{Name: "listPasswords", Method: "GET", Path: Base + "/passwords", Access: administers, Summary: "The passwords that were given for documents, without what they are.", Response: PasswordList{}, Statuses: []int{ok}, Serve: d.listPasswords},
		{Name: "givePassword", Method: "POST", Path: Base + "/passwords", Access: administers, Summary: "Gives a password that is tried on every document that needs one, and reads those at once.",
			Request: PasswordRequest{}, Response: catalog.Password{}, Statuses: []int{created}, Serve: d.givePassword},
		{Name: "forgetPassword", Method: "DELETE", Path: Base + "/passwords/{id}", Access: administers, Summary: "Forgets a password; what was read with it stays.", Statuses: []int{noContent}, Serve: d.forgetPassword},

		{Name: "pause", Method: "POST", Path: Base + "/pause", Access: administers, Summary: "Stops reading and embedding, until resume and over restarts; searching goes on.", Statuses: []int{noContent}, Serve: d.pause},
		{Name: "resume", Method: "POST", Path: Base + "/resume", Access: administers, Summary: "Continues reading and embedding.", Statuses: []int{noContent}, Serve: d.resume},
		{Name: "wait", Method: "POST", Path: Base + "/wait", Access: administers, Summary: "Checks every folder anew and answers when nothing is pending (200) or the time is over (202).",
			Request: WaitRequest{}, Long: true, Response: catalog.Status{}, Statuses: []int{ok, accepted}, Serve: d.wait},
		{Name: "reindex", Method: "POST", Path: Base + "/reindex", Access: administers, Summary: "Drops everything derived and reads every document again.", Statuses: []int{noContent}, Serve: d.reindex},
		{Name: "getScanner", Method: "GET", Path: Base + "/scanner", Access: administers, Summary: "The virus scanner that looks at files before they are read, and whether it answers.", Response: catalog.Scanner{}, Statuses: []int{ok}, Serve: d.scanner},
		{Name: "setScanner", Method: "PUT", Path: Base + "/scanner", Access: administers, Summary: "Sets the virus scanner; an empty address turns it off.",
			Request: catalog.ScannerSettings{}, Response: catalog.Scanner{}, Statuses: []int{ok}, Serve: d.setScanner},
		{Name: "testScanner", Method: "POST", Path: Base + "/scanner/test", Access: administers, Summary: "Asks whoever listens at an address whether it is clamd; changes nothing.",
			Request: ScannerAddress{}, Response: ScannerVersion{}, Statuses: []int{ok}, Serve: d.testScanner},
		{Name: "doctor", Method: "GET", Path: Base + "/doctor", Access: administers, Summary: "Checks database, blobs, model, folders and disk space.", Response: CheckList{}, Statuses: []int{ok}, Serve: d.doctor},
		{Name: "createCode", Method: "POST", Path: Base + "/codes", Access: ownerOnly, Summary: "A one-time code that opens the screens, valid for five minutes.",
			Response: OneTimeCode{}, Statuses: []int{created}, Serve: d.createCode},
		{Name: "exchange", Method: "POST", Path: Base + "/exchange", Access: anyone, Summary: "Trades a one-time code for a token that lasts as long as the agent runs.",
			Request: OneTimeCode{}, Response: Secret{}, Statuses: []int{ok}, Serve: d.exchange},
	}
}

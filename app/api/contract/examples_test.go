package contract

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// The tests of this file make the calls that the published documents show, with real ids in place of theirs, and hold the
// answers to the fields and types that the documents name: none missing, and none beside those that are said here.

// shape is the members of an object, each with what its value is; a question mark at the end allows null.
type shape map[string]string

var shapeKinds = map[string]func(any) bool{
	"text":    func(v any) bool { _, ok := v.(string); return ok },
	"number":  func(v any) bool { _, ok := v.(float64); return ok },
	"boolean": func(v any) bool { _, ok := v.(bool); return ok },
	"object":  func(v any) bool { _, ok := v.(map[string]any); return ok },
	"list":    func(v any) bool { _, ok := v.([]any); return ok },
	"null":    func(v any) bool { return v == nil },
	"id":      func(v any) bool { s, ok := v.(string); return ok && catalog.ValidID(s) },
	"short": func(v any) bool {
		s, ok := v.(string)
		return ok && regexp.MustCompile(`^sds-[0-9a-f]{8}$`).MatchString(s)
	},
	"hash": func(v any) bool {
		s, ok := v.(string)
		return ok && regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(s)
	},
	"email": func(v any) bool { s, ok := v.(string); return ok && strings.Contains(s, "@") },
	"link":  func(v any) bool { s, ok := v.(string); return ok && strings.HasPrefix(s, "http") },
	"time": func(v any) bool {
		s, ok := v.(string)
		_, err := time.Parse("2006-01-02T15:04:05Z", s)
		return ok && err == nil
	},
}

// fits holds an object to its fields. Those in beside may be there or not.
func (s *server) fits(what string, value any, want shape, beside ...string) {
	s.Helper()
	got, ok := value.(map[string]any)
	if !ok {
		s.Errorf("%s is no object: %v", what, value)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		kind, nullable := strings.CutSuffix(want[name], "?")
		v, present := got[name]
		if !present {
			s.Errorf("%s lacks %s: %v", what, name, value)
		} else if !shapeKinds[kind](v) && !(nullable && v == nil) {
			s.Errorf("%s: %s is %v, not %s", what, name, v, want[name])
		}
	}
	for name := range got {
		if _, known := want[name]; !known && !slices.Contains(beside, name) {
			s.Errorf("%s has a member %s that no document names", what, name)
		}
	}
}

func TestTheDocumentOfDocumentSets(t *testing.T) {
	t.Parallel()
	s := started(t)
	set := shape{"document_set_id": "id", "document_set_name": "text", "organization_id": "id", "details": "text?", "documents": "list", "version": "number"}
	var ids []string
	for _, name := range []string{"workspace_name", "document_set_name"} {
		made := s.call(201, "POST", "/api/v1/document-sets", map[string]any{name: "Loan applications 2025"})
		s.fits("a set made with "+name, made.object(), set)
		if made.at("details") != nil || made.at("version") != 1.0 || len(made.at("documents").([]any)) != 0 || made.at("document_set_name") != "Loan applications 2025" {
			t.Errorf("made %s", made.body)
		}
		ids = append(ids, made.text("document_set_id"))
	}
	s.imported(ids[0], "application.txt", "An application.")
	s.settle()
	list := s.call(200, "GET", "/api/v1/document-sets", nil)
	s.fits("the list", list.object(), shape{"document_sets": "list"})
	if n := len(list.at("document_sets").([]any)); n != 3 {
		t.Fatalf("%d sets: %s", n, list.body)
	}
	for _, one := range list.at("document_sets").([]any) {
		s.fits("a set", one, set)
	}
	got := s.call(200, "GET", "/api/v1/document-sets/"+ids[0], nil)
	s.fits("one set", got.object(), shape{"users": "list", "document_set": "list"})
	s.fits("its user", got.at("users", 0), shape{"user_id": "id", "email": "email"})
	s.fits("its document", got.at("document_set", 0), shape{"id": "id", "document_set_name": "text", "organization_id": "id", "user": "email", "status": "text",
		"product_name": "text?", "document_name": "text", "document_type": "text", "created_at": "time", "updated_at": "time"})
	if got.at("document_set", 0, "status") != "processed" || got.at("document_set", 0, "document_name") != "application.txt" {
		t.Errorf("its document is %s", got.body)
	}

	_, outsider := s.user("outsider@example.org", catalog.OrganizationMember)
	_, internal := s.user("internal@example.org", catalog.OrganizationInternal)
	for what, test := range map[string]struct {
		token  string
		status int
		path   string
	}{
		"authentication failed":  {"", 400, ""},
		"another token":          {"shf_unknown", 400, ""},
		"not found":              {s.owner, 400, "/" + unseenID()},
		"a malformed id":         {s.owner, 400, "/x"},
		"not authorised":         {outsider, 403, "/" + ids[0]},
		"of the organization":    {internal, 200, "/" + ids[0]},
		"the list of a stranger": {outsider, 200, ""},
	} {
		r := s.callAs(test.token, test.status, "GET", "/api/v1/document-sets"+test.path, nil)
		if test.status >= 400 {
			s.fits(what, r.object(), shape{"detail": "text"})
		}
	}
	if r := s.callAs(internal, 200, "GET", "/api/v1/document-sets", nil); len(r.at("document_sets").([]any)) < 3 {
		t.Errorf("an internal user sees %s", r.body)
	}
	s.fits("made without a token", s.callAs("", 400, "POST", "/api/v1/document-sets", map[string]any{"workspace_name": "x"}).object(), shape{"detail": "text"})
}

func TestTheDocumentOfWorkspaces(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := shape{"id": "id", "name": "text", "description": "text?", "icon": "text?", "color": "text?", "ownerId": "id", "isDefault": "boolean",
		"isArchived": "boolean", "documentCount": "number", "createdAt": "time", "updatedAt": "time", "dataspaceId": "short", "role": "text"}
	answers := func(what string, r reply, data string) {
		t.Helper()
		s.fits(what, r.object(), shape{"success": "boolean", "data": data})
		if r.at("success") != true {
			t.Errorf("%s: %s", what, r.body)
		}
	}
	made := s.call(201, "POST", "/api/v1/workspaces", map[string]any{
		"name": "New Workspace", "description": "A workspace for the team", "icon": "🚀", "color": "#FF5733"})
	answers("a new workspace", made, "object")
	s.fits("a new workspace", made.at("data"), workspace)
	one := "/api/v1/workspaces/" + made.text("data", "id")
	updated := s.call(200, "PUT", one, map[string]any{
		"name": "Updated Name", "description": "Updated description", "icon": "📋", "color": "#28A745", "isArchived": false})
	answers("an updated workspace", updated, "object")
	got := s.call(200, "GET", one, nil)
	answers("one workspace", got, "object")
	s.fits("one workspace", got.at("data"), workspace)
	for name, want := range map[string]any{"name": "Updated Name", "description": "Updated description", "icon": "📋", "color": "#28A745",
		"isArchived": false, "isDefault": false, "documentCount": 0.0, "role": "OWNER"} {
		if got.at("data", name) != want {
			t.Errorf("%s is %v, want %v", name, got.at("data", name), want)
		}
	}
	list := s.call(200, "GET", "/api/v1/workspaces", nil)
	answers("the list", list, "list")
	if n := len(list.at("data").([]any)); n != 2 {
		t.Errorf("%d workspaces", n)
	}
	for _, w := range list.at("data").([]any) {
		s.fits("a workspace of the list", w, workspace)
	}
	deleted := s.call(200, "DELETE", one, nil)
	answers("a deletion", deleted, "null")

	failed := shape{"code": "text", "message": "text", "details": "list"}
	for what, r := range map[string]reply{
		"an unknown workspace": s.call(404, "GET", one, nil),
		"no token":             s.callAs("", 401, "GET", "/api/v1/workspaces", nil),
		"a blank name":         s.call(400, "POST", "/api/v1/workspaces", map[string]any{"name": " "}),
		"a long colour":        s.call(400, "POST", "/api/v1/workspaces", map[string]any{"name": "x", "color": strings.Repeat("c", 21)}),
	} {
		s.fits(what, r.object(), shape{"success": "boolean", "error": "object"})
		s.fits(what, r.at("error"), failed)
		if r.at("success") != false {
			t.Errorf("%s: %s", what, r.body)
		}
	}
}

func TestTheDocumentOfDatasets(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "my_document.txt", "My document.")
	s.imported("", "other.csv", "a,b\n")
	s.settle()
	r := s.request("GET", "/v1/datasets?offset=0&limit=10", nil)
	r.Header.Del("Authorization")
	r.Header.Set("x-api-key", s.owner)
	got := s.expect(200, r)
	s.fits("the list", got.object(), shape{"success": "boolean", "total": "number", "data": "list"})
	if got.at("success") != true || got.at("total") != 2.0 {
		t.Errorf("%s", got.body)
	}
	for _, dataset := range got.at("data").([]any) {
		s.fits("a dataset", dataset, shape{"id": "text", "workspaceId": "text", "type": "text", "fileName": "text", "fileExt": "text", "fileSize": "number",
			"itemCount": "number", "mimeType": "text", "createdAt": "number", "updatedAt": "number?", "expiresAt": "number?", "share": "object"})
		share := dataset.(map[string]any)["share"].(map[string]any)
		s.fits("its link", share, shape{"url": "link", "token": "text", "expiresAt": "number?"})
		if open := s.follow("GET", share["url"].(string)); open.status != 200 || !strings.HasSuffix(share["url"].(string), "?token="+share["token"].(string)) {
			t.Errorf("its link answers %d", open.status)
		}
	}
	for _, query := range []string{"?type=doc", "?type=doc,audio,video,image", "?limit=100", "?sort=-createdAt", "?sort=fileName,-createdAt", "?expiresInSeconds=60"} {
		if got := s.call(200, "GET", "/v1/datasets"+query, nil); got.at("total") != 2.0 {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	s.example("listDatasets", nil)
	s.fits("a wrong parameter", s.call(400, "GET", "/v1/datasets?type=pdf", nil).object(), shape{"success": "boolean", "error": "text"})
	s.fits("no token", s.callAs("", 401, "GET", "/v1/datasets", nil).object(), shape{"success": "boolean", "error": "text"})
}

func TestTheDocumentOfSessions(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("").ID
	session := s.call(201, "POST", "/extractions/sessions", map[string]any{"workspace_id": workspace, "name": "Invoices"}).text("data", "id")
	first, second := s.imported("", "invoice_001.txt", "One."), s.imported("", "invoice_002.txt", "Two.")
	s.call(200, "POST", "/extractions/sessions/"+session+"/documents/attach", map[string]any{"document_ids": []string{first.ID, second.ID}})
	s.settle()
	got := s.call(200, "GET", "/extractions/sessions/"+session+"/documents", nil)
	s.fits("the list", got.object(), shape{"data": "list", "meta": "object"})
	s.fits("its meta", got.at("meta"), shape{"current_page": "number", "last_page": "number", "per_page": "number", "total": "number"})
	for i, name := range []string{"invoice_001.txt", "invoice_002.txt"} {
		s.fits(name, got.at("data", i), shape{"id": "id", "workspace_id": "id", "filename": "text", "mime": "text", "size": "number", "sha256": "hash",
			"status": "text", "source_type": "text", "source_url": "text?", "source": "object", "meta": "object", "parsings": "list", "created_at": "time"})
		s.fits("its source", got.at("data", i, "source"), shape{"type": "text"})
		s.fits("its meta", got.at("data", i, "meta"), shape{"page_count": "number", "file_size": "number"})
		for _, parsing := range got.at("data", i, "parsings").([]any) {
			s.fits("a parsing", parsing, shape{"id": "id", "config_hash": "text", "status": "text", "parser_version": "text", "updated_at": "time"})
		}
		if got.at("data", i, "filename") != name || got.at("data", i, "status") != "processed" || got.at("data", i, "source_type") != "upload" {
			t.Errorf("%s", got.body)
		}
	}
	if got.at("meta", "total") != 2.0 || got.at("meta", "per_page") != 15.0 || got.at("meta", "current_page") != 1.0 || got.at("meta", "last_page") != 1.0 {
		t.Errorf("meta of %s", got.body)
	}
	s.fits("an unknown session", s.call(404, "GET", "/extractions/sessions/"+unseenID()+"/documents", nil).object(), shape{"message": "text"})
	s.fits("no token", s.callAs("", 401, "GET", "/extractions/sessions/"+session+"/documents", nil).object(), shape{"message": "text"})
	unable := s.token(engine.TokenSpec{Abilities: []string{"content-read"}})
	s.fits("without the ability", s.callAs(unable, 403, "GET", "/extractions/sessions/"+session+"/documents", nil).object(), shape{"message": "text"})
	wrong := s.call(422, "GET", "/extractions/sessions/"+session+"/documents?page=0", nil)
	s.fits("page 0", wrong.object(), shape{"message": "text", "errors": "object"})
	s.fits("page 0", wrong.at("errors"), shape{"page": "list"})
}

package contract

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const sessions = "/extractions/sessions"

// session makes a session of a workspace and returns the path of its documents.
func (s *server) session(workspaceID, name string) string {
	s.Helper()
	return sessions + "/" + s.call(201, "POST", sessions, map[string]any{"workspace_id": workspaceID, "name": name}).text("data", "id") + "/documents"
}

// ids are those of the elements of data, in their order.
func (r reply) ids() string {
	r.t.Helper()
	var list []string
	for _, element := range r.at("data").([]any) {
		list = append(list, element.(map[string]any)["id"].(string))
	}
	return strings.Join(list, " ")
}

// attaching is the body that attaches documents.
func attaching(ids ...string) map[string]any { return map[string]any{"document_ids": ids} }

func TestSessions(t *testing.T) {
	t.Parallel()
	s := started(t)
	if got := s.call(200, "GET", sessions, nil); got.ids() != "" || fmt.Sprint(got.at("meta")) != "map[current_page:1 last_page:1 per_page:15 total:0]" {
		t.Errorf("a new directory has %s", got.body)
	}
	workspace := s.workspace("")
	made := s.call(201, "POST", sessions+"/", map[string]any{"workspace_id": workspace.ID, "name": " Invoices "})
	got := made.at("data").(map[string]any)
	if got["name"] != "Invoices" || got["workspace_id"] != workspace.ID || !catalog.ValidID(made.text("data", "id")) || len(got) != 4 || len(made.object()) != 1 {
		t.Errorf("made %s", made.body)
	}
	if at, err := time.Parse("2006-01-02T15:04:05Z", made.text("data", "created_at")); err != nil || time.Since(at) > time.Minute {
		t.Errorf("made at %s", made.body)
	}
	second := s.workspace("Second")
	for range 16 {
		s.call(201, "POST", sessions, map[string]any{"workspace_id": second.ID, "name": "Invoices"}) // names need not be unique
	}
	first := s.call(200, "GET", sessions, nil)
	if len(first.at("data").([]any)) != 15 || fmt.Sprint(first.at("data", 0)) != fmt.Sprint(got) || fmt.Sprint(first.at("meta")) != "map[current_page:1 last_page:2 per_page:15 total:17]" {
		t.Errorf("the first page is %s", first.body)
	}
	if last := s.call(200, "GET", sessions+"/?page=2", nil); len(last.at("data").([]any)) != 2 || strings.Contains(first.ids(), last.text("data", 0, "id")) {
		t.Errorf("the last page is %s", last.body)
	}
	one := sessions + "/" + made.text("data", "id")
	if got := s.call(204, "DELETE", one+"/", nil); len(got.body) != 0 {
		t.Errorf("deleted with a body %q", got.body)
	}
	s.call(404, "DELETE", one, nil)
	s.call(404, "GET", one+"/documents", nil)
	if got := s.call(200, "GET", sessions, nil); got.at("meta", "total") != 16.0 {
		t.Errorf("after the deletion %s", got.body)
	}
}

func TestSessionDocuments(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	s.pause()
	a, b := s.imported("", "invoice_001.txt", "Total 7"), s.imported("", "invoice_002.txt", "Total 8")
	documents := s.session(workspace.ID, "Invoices")
	if got := s.call(200, "GET", documents, nil); string(got.body) != `{"data":[],"meta":{"current_page":1,"last_page":1,"per_page":15,"total":0}}`+"\n" {
		t.Errorf("a new session has %s", got.body)
	}
	waiting := s.call(200, "POST", documents+"/attach/", attaching(b.ID, a.ID, b.ID))
	if waiting.ids() != b.ID+" "+a.ID {
		t.Errorf("attached %s", waiting.body)
	}
	item := waiting.at("data", 1).(map[string]any)
	for field, want := range map[string]any{
		"id": a.ID, "workspace_id": workspace.ID, "filename": "invoice_001.txt", "mime": "text/plain", "size": 7.0, "sha256": a.SHA256,
		"status": "uploaded", "source_type": "upload", "source_url": nil, "source": map[string]any{"type": "upload"}, "meta": map[string]any{},
		"created_at": a.CreatedAt.Format("2006-01-02T15:04:05Z"),
	} {
		if got, there := item[field]; fmt.Sprint(got) != fmt.Sprint(want) || !there {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	if len(item) != 13 {
		t.Errorf("there are %d fields: %s", len(item), waiting.body)
	}
	queued := waiting.at("data", 1, "parsings", 0).(map[string]any)
	if queued["status"] != "queued" || !catalog.ValidID(queued["id"].(string)) || len(queued["config_hash"].(string)) != 64 || queued["parser_version"] == "" || len(queued) != 5 {
		t.Errorf("the parsing is %v", queued)
	}

	s.resume()
	s.settle()
	read := s.call(200, "GET", documents+"/", nil)
	if read.ids() != b.ID+" "+a.ID || fmt.Sprint(read.at("meta")) != "map[current_page:1 last_page:1 per_page:15 total:2]" || len(read.object()) != 2 {
		t.Errorf("attached are %s", read.body)
	}
	if read.text("data", 1, "status") != "processed" || fmt.Sprint(read.at("data", 1, "meta")) != "map[file_size:7 page_count:1]" {
		t.Errorf("processed %s", read.body)
	}
	done := read.at("data", 1, "parsings", 0).(map[string]any)
	if done["status"] != "processed" || done["id"] != queued["id"] || done["config_hash"] != queued["config_hash"] || len(read.at("data", 1, "parsings").([]any)) != 1 {
		t.Errorf("the parsing is %v after %v", done, queued)
	}
	s.example("listSessionDocuments", map[string]string{"sessionId": strings.Split(documents, "/")[3]})
	// The short way, and what is attached already.
	c := s.imported("", "broken.docx", "PK\x03\x04 is no archive")
	if got := s.call(200, "POST", documents, attaching(c.ID, b.ID)); got.ids() != c.ID+" "+b.ID {
		t.Errorf("attached %s", got.body)
	}
	s.settle()
	failed := s.call(200, "GET", documents, nil)
	if failed.ids() != b.ID+" "+a.ID+" "+c.ID || failed.text("data", 2, "status") != "failed" || fmt.Sprint(failed.at("data", 2, "meta")) != "map[]" ||
		failed.text("data", 2, "parsings", 0, "status") != "failed" {
		t.Errorf("failed %s", failed.body)
	}
	// The trash, and many sessions for one document.
	other := s.session(workspace.ID, "Again")
	s.call(200, "POST", other, attaching(a.ID))
	s.trash(a.ID)
	if got := s.call(200, "GET", documents, nil); got.ids() != b.ID+" "+c.ID || got.at("meta", "total") != 2.0 {
		t.Errorf("with one in the trash %s", got.body)
	}
	s.call(422, "POST", documents, attaching(a.ID))
	s.call(404, "DELETE", documents+"/"+a.ID, nil)
	s.restore(a.ID)
	if got := s.call(200, "GET", documents, nil); got.ids() != b.ID+" "+a.ID+" "+c.ID {
		t.Errorf("with one restored %s", got.body)
	}
	s.call(204, "DELETE", documents+"/"+a.ID, nil)
	s.call(204, "DELETE", documents+"/"+a.ID+"/", nil)
	if got := s.call(200, "GET", documents, nil); got.ids() != b.ID+" "+c.ID {
		t.Errorf("with one detached %s", got.body)
	}
	if got := s.call(200, "GET", other, nil); got.ids() != a.ID {
		t.Errorf("the other session has %s", got.body)
	}
	s.call(204, "DELETE", strings.TrimSuffix(other, "/documents"), nil)
	if _, err := s.node.Engine().Content(s.asOwner(), a.ID); err != nil {
		t.Errorf("the document went with its session: %v", err)
	}
}

func TestSessionDocumentsByPages(t *testing.T) {
	t.Parallel()
	s := started(t)
	documents := s.session(s.workspace("").ID, "Many")
	var ids []string
	for i := range 31 {
		ids = append(ids, s.imported("", fmt.Sprint(i, ".txt"), fmt.Sprint("text ", i)).ID)
	}
	s.call(200, "POST", documents, attaching(ids...))
	for page, want := range map[string][]string{
		"": ids[:15], "?page=1": ids[:15], "?page=2": ids[15:30], "?page=3": ids[30:], "?page=003": ids[30:], "?page=4": nil, "?page=99999999999999999999999": nil,
	} {
		got := s.call(200, "GET", documents+page, nil)
		if got.ids() != strings.Join(want, " ") || got.at("meta", "last_page") != 3.0 || got.at("meta", "total") != 31.0 || got.at("meta", "per_page") != 15.0 {
			t.Errorf("%s: %s", page, got.body)
		}
	}
	if got := s.call(200, "GET", documents+"?page=4", nil); got.at("meta", "current_page") != 4.0 {
		t.Errorf("past the end: %s", got.body)
	}
	for _, path := range []string{documents, sessions} {
		for _, page := range []string{"0", "-1", "", "x", "1.5", "1e3", "%20" + "1", "1_0", "%00", "%ff", "null", "1&page=2"} {
			got := s.call(422, "GET", path+"?page="+page, nil)
			if got.text("message") == "" || len(got.at("errors", "page").([]any)) != 1 || len(got.object()) != 2 {
				t.Errorf("page=%s: %s", page, got.body)
			}
		}
	}
}

func TestAttachingIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	documents := s.session(workspace.ID, "Invoices")
	good := s.imported("", "a.txt", "one").ID
	foreign := s.imported(s.workspace("Second").ID, "b.txt", "two").ID
	for _, wrong := range []string{foreign, unseenID(), "x", "", strings.ToUpper(good)} {
		got := s.call(422, "POST", documents+"/attach", attaching(good, wrong))
		if len(got.at("errors", "document_ids[1]").([]any)) != 1 || len(got.at("errors").(map[string]any)) != 1 || !strings.Contains(got.text("message"), wrong) {
			t.Errorf("%q: %s", wrong, got.body)
		}
	}
	if got := s.call(422, "POST", documents, attaching(foreign, good, foreign)); len(got.at("errors").(map[string]any)) != 2 {
		t.Errorf("twice the same: %s", got.body)
	}
	for _, c := range []struct {
		body  any
		field string
	}{
		{nil, "document_ids"},
		{map[string]any{}, "document_ids"},
		{map[string]any{"document_ids": nil}, "document_ids"},
		{attaching(), "document_ids"},
		{map[string]any{"document_ids": good}, "document_ids"},
		{map[string]any{"document_ids": []any{good, 7}}, "document_ids"},
		{map[string]any{"document_ids": []any{good, "a\x00"}}, "document_ids[1]"},
		{attaching(make([]string, 501)...), "document_ids"},
	} {
		for _, path := range []string{documents, documents + "/attach"} {
			got := s.call(422, "POST", path, c.body)
			if errors, ok := got.at("errors").(map[string]any); !ok || errors[c.field] == nil || got.text("message") == "" {
				t.Errorf("%v: %s", c.body, got.body)
			}
		}
	}
	for name, body := range wrongBodies() {
		if got := s.call(422, "POST", documents, body); got.text("message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if got := s.call(200, "GET", documents, nil); got.ids() != "" {
		t.Errorf("after all that: %s", got.body)
	}
}

func TestSessionsRefuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	valid := map[string]any{"workspace_id": s.workspace("").ID, "name": "Invoices"}
	for _, c := range []struct {
		body   map[string]any
		fields []string
	}{
		{object(valid, "name", absent), []string{"name"}},
		{object(valid, "name", 7), []string{"name"}},
		{object(valid, "name", " "), []string{"name"}},
		{object(valid, "name", "a\x00"), []string{"name"}},
		{object(valid, "name", strings.Repeat("é", 256)), []string{"name"}},
		{object(valid, "workspace_id", absent), []string{"workspace_id"}},
		{object(valid, "workspace_id", 123), []string{"workspace_id"}},
		{object(valid, "workspace_id", "x"), []string{"workspace_id"}},
		{object(valid, "workspace_id", unseenID()), []string{"workspace_id"}},
		{object(valid, "workspace_id", "", "name", ""), []string{"workspace_id", "name"}},
	} {
		got := s.call(422, "POST", sessions, c.body)
		errors := got.at("errors").(map[string]any)
		for _, field := range c.fields {
			if errors[field] == nil || len(errors) != len(c.fields) {
				t.Errorf("%v: %s", c.body, got.body)
			}
		}
	}
	for name, body := range wrongBodies() {
		if got := s.call(422, "POST", sessions, body); got.text("message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	s.call(413, "POST", sessions, object(valid, "name", strings.Repeat("a", 2<<20)))
	documents, content := s.session(s.workspace("").ID, "Invoices"), s.imported("", "a.txt", "one").ID
	for _, id := range strangeIDs() {
		if got := s.call(404, "GET", sessions+"/"+id+"/documents", nil); got.text("message") == "" || len(got.object()) != 1 {
			t.Errorf("%s: %s", id, got.body)
		}
		s.call(404, "POST", sessions+"/"+id+"/documents", attaching(content))
		s.call(404, "POST", sessions+"/"+id+"/documents/attach", attaching(content))
		s.call(404, "DELETE", sessions+"/"+id+"/documents/"+content, nil)
		s.call(404, "DELETE", sessions+"/"+id, nil)
		s.call(404, "DELETE", documents+"/"+id, nil)
	}
	s.call(404, "DELETE", documents+"/"+s.imported(s.workspace("Second").ID, "b.txt", "two").ID, nil)
	if got := s.call(404, "GET", sessions+"/x/y/z", nil); got.text("message") == "" {
		t.Errorf("no route: %s", got.body)
	}
}

func TestSessionsAskForARole(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	documents, content := s.session(workspace.ID, "Invoices"), s.imported("", "a.txt", "one").ID
	one := strings.TrimSuffix(documents, "/documents")
	writing := []struct {
		method, path string
		body         any
	}{
		{"POST", documents, attaching(content)}, {"POST", documents + "/attach", attaching(content)}, {"DELETE", documents + "/" + content, nil}, {"DELETE", one, nil},
	}
	expect := func(who, token string, list, read, create, write int) {
		t.Helper()
		s.callAs(token, list, "GET", sessions, nil)
		s.callAs(token, read, "GET", documents, nil)
		s.callAs(token, create, "POST", sessions, map[string]any{"workspace_id": workspace.ID, "name": "Other"})
		for _, w := range writing {
			s.callAs(token, write, w.method, w.path, w.body)
		}
		if t.Failed() {
			t.Log(who)
		}
	}
	expect("viewer", s.person(catalog.RoleViewer), 200, 200, 403, 403)
	stranger := s.person(catalog.RoleNone)
	expect("stranger", stranger, 200, 404, 422, 404)
	if got := s.callAs(stranger, 200, "GET", sessions, nil); got.ids() != "" {
		t.Errorf("a stranger sees %s", got.body)
	}
	expect("who may only write", s.token(engine.TokenSpec{Abilities: []string{"sessions-write"}, WorkspaceID: s.workspace("Third").ID}), 403, 403, 422, 404)
	expect("who may only read", s.token(engine.TokenSpec{Abilities: []string{"sessions-read"}}), 200, 200, 403, 403)
	expect("who may other things", s.token(engine.TokenSpec{Abilities: []string{"content-read", "content-write"}}), 403, 403, 403, 403)
	expect("nobody", "", 401, 401, 401, 401)
	expect("a wrong token", "shf_x", 401, 401, 401, 401)
	expect("another workspace's token", s.token(engine.TokenSpec{WorkspaceID: s.workspace("Second").ID}), 200, 404, 422, 404)
	s.archive(workspace.ID)
	expect("owner of an archived workspace", s.owner, 200, 200, 409, 409)
	if got := s.callAs("", 401, "GET", documents, nil); got.text("message") == "" || len(got.object()) != 1 {
		t.Errorf("the error is %s", got.body)
	}
}

package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestProjects(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/projects/" + s.workspace("").DataspaceID
	if got := s.call(200, "GET", all, nil); string(got.body) != "{\"projects\":[]}\n" {
		t.Errorf("a new dataspace has %s", got.body)
	}
	made := s.call(201, "POST", all, map[string]any{"name": " Loan 7 ", "description": "All of it"})
	if got := made.object(); got["name"] != "Loan 7" || got["description"] != "All of it" || !catalog.ValidID(made.text("id")) || len(got) != 3 {
		t.Errorf("made %s", made.body)
	}
	one := all + "/" + made.text("id")
	other := s.call(201, "POST", all+"/", map[string]any{"name": "Loan 8"})
	if other.text("description") != "" {
		t.Errorf("made %s", other.body)
	}
	if got := s.call(200, "GET", one+"/", nil); fmt.Sprint(got.object()) != fmt.Sprint(made.object()) {
		t.Errorf("got %s", got.body)
	}
	if got := s.call(200, "PUT", one, map[string]any{"name": "LOAN 7"}); got.text("name") != "LOAN 7" || got.text("description") != "All of it" {
		t.Errorf("renamed to %s", got.body)
	}
	if got := s.call(200, "PUT", one, map[string]any{"description": "", "name": nil}); got.text("name") != "LOAN 7" || got.text("description") != "" {
		t.Errorf("changed to %s", got.body)
	}
	s.call(409, "POST", all, map[string]any{"name": "loan 7"})
	s.call(409, "PUT", one, map[string]any{"name": "loan 8 "})
	elsewhere := "/api/projects/" + s.workspace("Second").DataspaceID
	s.call(201, "POST", elsewhere, map[string]any{"name": "Loan 7"})
	s.call(404, "GET", elsewhere+"/"+made.text("id"), nil)
	s.call(404, "PUT", elsewhere+"/"+made.text("id"), map[string]any{"name": "x"})
	s.call(404, "DELETE", elsewhere+"/"+made.text("id"), nil)
	list := s.call(200, "GET", all, nil)
	if list.listed("projects") != oldestFirst(made, other) {
		t.Errorf("the list is %s", list.body)
	}
	s.call(204, "DELETE", one+"/", nil)
	s.call(404, "DELETE", one, nil)
	s.call(404, "GET", one, nil)
	s.call(404, "GET", one+"/content", nil)
	s.call(201, "POST", all, map[string]any{"name": "Loan 7"})
}

func TestProjectContent(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/projects/" + s.workspace("").DataspaceID
	first, second := s.imported("", "first.txt", "one"), s.imported("", "second.txt", "two")
	one := all + "/" + s.call(201, "POST", all, map[string]any{"name": "Loan"}).text("id") + "/content"
	holds := func(what string, want ...string) {
		t.Helper()
		got := s.call(200, "GET", one, nil)
		if fmt.Sprint(got.at("contentIds")) != fmt.Sprint(want) || len(got.object()) != 1 {
			t.Errorf("%s: %s, want %v", what, got.body, want)
		}
	}
	holds("a new project")
	for _, id := range []string{second.ID, first.ID, second.ID} { // the last time it is there already
		if got := s.call(204, "PUT", one+"/"+id, nil); len(got.body) != 0 {
			t.Errorf("added with a body %q", got.body)
		}
	}
	holds("in the order of adding", second.ID, first.ID)
	s.trash(second.ID)
	holds("without what is in the trash", first.ID)
	s.call(404, "PUT", one+"/"+second.ID, nil)
	s.call(404, "DELETE", one+"/"+second.ID, nil)
	s.restore(second.ID)
	holds("with what was restored", second.ID, first.ID)
	s.call(204, "DELETE", one+"/"+second.ID+"/", nil)
	holds("without what was removed", first.ID)
	s.call(204, "DELETE", one+"/"+second.ID, nil)
	s.call(204, "PUT", one+"/"+second.ID+"/", nil)
	holds("with what came again, at the end", first.ID, second.ID)

	other := s.workspace("Second")
	foreign := s.imported(other.ID, "foreign.txt", "three")
	s.call(404, "PUT", one+"/"+foreign.ID, nil)
	s.call(404, "DELETE", one+"/"+foreign.ID, nil)
	s.call(404, "PUT", strings.Replace(one, s.workspace("").DataspaceID, other.DataspaceID, 1)+"/"+foreign.ID, nil)
	for _, id := range strangeIDs() {
		s.call(404, "PUT", one+"/"+id, nil)
		s.call(404, "DELETE", one+"/"+id, nil)
		s.call(404, "GET", all+"/"+id+"/content", nil)
		s.call(404, "PUT", all+"/"+id+"/content/"+first.ID, nil)
		s.call(404, "DELETE", all+"/"+id+"/content/"+first.ID, nil)
		s.call(404, "GET", "/api/projects/"+id+strings.TrimPrefix(one, all), nil)
	}
	holds("after all that", first.ID, second.ID)

	_, projectID, _ := strings.Cut(strings.TrimSuffix(one, "/content"), s.workspace("").DataspaceID+"/")
	real := map[string]string{"dataspaceId": s.workspace("").DataspaceID, "projectId": projectID, "contentId": first.ID}
	s.example("removeProjectContent", real)
	s.example("addProjectContent", real)
	s.example("listProjectContent", real)
	holds("after the examples", second.ID, first.ID)
}

func TestProjectsRefuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/projects/" + s.workspace("").DataspaceID
	valid := map[string]any{"name": "Loan", "description": "x"}
	one := all + "/" + s.call(201, "POST", all, valid).text("id")
	for _, c := range []struct {
		body   map[string]any
		fields string
	}{
		{object(valid, "name", absent), "name"},
		{object(valid, "name", 1), "name"},
		{object(valid, "name", "\u00a0"), "name"},
		{object(valid, "name", "a\x00"), "name"},
		{object(valid, "name", strings.Repeat("字", 256)), "name"},
		{object(valid, "description", false), "description"},
		{object(valid, "description", "a\x00"), "description"},
		{object(valid, "description", strings.Repeat("字", 10_001)), "description"},
		{object(valid, "name", "", "description", strings.Repeat("字", 10_001)), "description name"},
	} {
		got := s.call(400, "POST", all, c.body)
		if got.wrongFields() != c.fields || got.text("error", "code") != "invalid" {
			t.Errorf("%.80v: %.200s", c.body, got.body)
		}
		if c.body["name"] != nil {
			s.call(400, "PUT", one, c.body)
		}
	}
	s.call(201, "POST", all, map[string]any{"name": strings.Repeat("字", 255), "description": strings.Repeat("字", 10_000)})
	for name, body := range wrongBodies() {
		if got := s.call(400, "POST", all, body); got.text("error", "message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
		s.call(400, "PUT", one, body)
	}
	for _, id := range strangeIDs() {
		s.call(404, "GET", all+"/"+id, nil)
		s.call(404, "PUT", all+"/"+id, valid)
		s.call(404, "DELETE", all+"/"+id, nil)
		s.call(404, "GET", "/api/projects/"+id, nil)
		s.call(404, "POST", "/api/projects/"+id, valid)
	}
}

func TestProjectsAskForARole(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	all := "/api/projects/" + workspace.DataspaceID
	content := s.imported("", "first.txt", "one")
	one := all + "/" + s.call(201, "POST", all, map[string]any{"name": "Loan"}).text("id")
	reading := []string{all, one, one + "/content"}
	writing := []struct {
		method, path string
		body         any
	}{
		{"PUT", one + "/content/" + content.ID, nil}, {"DELETE", one + "/content/" + content.ID, nil},
		{"POST", all, map[string]any{"name": "Other"}}, {"PUT", one, map[string]any{"name": "Loan"}}, {"DELETE", one, nil},
	}
	expect := func(who, token string, read, write int) {
		t.Helper()
		for _, path := range reading {
			s.callAs(token, read, "GET", path, nil)
		}
		for _, w := range writing {
			s.callAs(token, write, w.method, w.path, w.body)
		}
		if t.Failed() {
			t.Log(who)
		}
	}
	expect("viewer", s.person(catalog.RoleViewer), 200, 403)
	expect("stranger", s.person(catalog.RoleNone), 404, 404)
	expect("owner who may only write", s.token(engine.TokenSpec{Abilities: []string{"content-write", "content-query"}, WorkspaceID: s.workspace("Third").ID}), 403, 404)
	expect("owner who may only read", s.token(engine.TokenSpec{Abilities: []string{"content-read"}}), 200, 403)
	expect("nobody", "", 401, 401)
	expect("owner of another workspace's token", s.token(engine.TokenSpec{WorkspaceID: s.workspace("Second").ID}), 404, 404)
	s.archive(workspace.ID)
	expect("owner of an archived workspace", s.owner, 200, 409)
	if _, err := s.node.Engine().UpdateWorkspace(s.asOwner(), workspace.ID, catalog.WorkspaceChange{IsArchived: new(false)}); err != nil {
		t.Fatal(err)
	}
	for _, w := range writing {
		if got := s.send(s.request(w.method, w.path, w.body)); got.status >= 300 {
			t.Errorf("the owner's %s %s: %d %s", w.method, w.path, got.status, got.body)
		}
	}
	editor := s.person(catalog.RoleEditor)
	s.callAs(editor, 201, "POST", all, map[string]any{"name": "Theirs"})
}

package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestAgents(t *testing.T) {
	t.Parallel()
	s := started(t)
	first := s.call(200, "GET", "/api/agents", nil)
	if fmt.Sprint(first.at("agents", 0, "name")) != "Research Assistant Agent" || len(first.at("agents").([]any)) != 1 || first.text("agents", 0, "instructions") == "" {
		t.Fatalf("a new directory has %s", first.body)
	}
	builtIn := "/api/agents/" + first.text("agents", 0, "id")
	made := s.call(201, "POST", "/api/agents", map[string]any{"name": "  Lawyer ", "instructions": "Answer as a lawyer would.", "unknown": 1})
	if got := made.object(); got["name"] != "Lawyer" || got["instructions"] != "Answer as a lawyer would." || !catalog.ValidID(made.text("id")) || len(got) != 3 {
		t.Errorf("made %s", made.body)
	}
	at := "/api/agents/" + made.text("id")
	if got := s.call(200, "GET", at+"/", nil); fmt.Sprint(got.object()) != fmt.Sprint(made.object()) {
		t.Errorf("got %s, want %s", got.body, made.body)
	}
	if got := s.call(200, "PUT", at, map[string]any{"instructions": "Be brief."}); got.text("name") != "Lawyer" || got.text("instructions") != "Be brief." {
		t.Errorf("changed to %s", got.body)
	}
	if got := s.call(200, "PUT", at+"/", map[string]any{"name": "LAWYER", "instructions": nil}); got.text("name") != "LAWYER" || got.text("instructions") != "Be brief." {
		t.Errorf("renamed to %s", got.body)
	}
	if got := s.call(200, "PUT", at, nil); got.text("name") != "LAWYER" {
		t.Errorf("an empty change made %s", got.body)
	}
	for _, taken := range []string{"lawyer", " Lawyer", "research assistant AGENT"} {
		s.call(409, "POST", "/api/agents", map[string]any{"name": taken, "instructions": "x"})
	}
	other := s.call(201, "POST", "/api/agents/", map[string]any{"name": "Doctor", "instructions": strings.Repeat("🩺", 100_000)})
	s.call(409, "PUT", at, map[string]any{"name": "doctor"})
	s.call(409, "PUT", at, map[string]any{"name": "Research Assistant Agent"})
	s.call(409, "PUT", builtIn, map[string]any{"name": "Mine"})
	s.call(409, "DELETE", builtIn, nil)
	s.call(200, "GET", builtIn, nil)
	list := s.call(200, "GET", "/api/agents/", nil)
	if list.listed("agents") != first.text("agents", 0, "id")+" "+oldestFirst(made, other) {
		t.Errorf("the order is %s", list.body)
	}
	s.call(204, "DELETE", at, nil)
	s.call(404, "GET", at, nil)
	s.call(404, "DELETE", at, nil)
	s.call(404, "PUT", at, map[string]any{"name": "x"})
}

func TestAgentsRefuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	valid := map[string]any{"name": "Lawyer", "instructions": "Answer."}
	at := "/api/agents/" + s.call(201, "POST", "/api/agents", valid).text("id")
	for _, c := range []struct {
		body   map[string]any
		fields string
	}{
		{object(valid, "name", absent), "name"},
		{object(valid, "name", 7), "name"},
		{object(valid, "name", " \t "), "name"},
		{object(valid, "name", "a\x00b"), "name"},
		{object(valid, "name", strings.Repeat("é", 256)), "name"},
		{object(valid, "instructions", absent), "instructions"},
		{object(valid, "instructions", []string{"x"}), "instructions"},
		{object(valid, "instructions", "a\x00b"), "instructions"},
		{object(valid, "instructions", strings.Repeat("é", 100_001)), "instructions"},
		{object(valid, "name", "", "instructions", " "), "instructions name"},
		{object(valid, "name", 1, "instructions", 2), "instructions name"},
	} {
		got := s.call(400, "POST", "/api/agents", c.body)
		if got.wrongFields() != c.fields || got.text("error", "code") != "invalid" || got.text("error", "message") == "" {
			t.Errorf("%.80v: %.200s", c.body, got.body)
		}
		if c.body["name"] != nil && c.body["instructions"] != nil {
			s.call(400, "PUT", at, c.body)
		}
	}
	for name, body := range wrongBodies() {
		if got := s.call(400, "POST", "/api/agents", body); got.text("error", "message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
		s.call(400, "PUT", at, body)
	}
	if got := s.send(s.request("POST", "/api/agents", []byte("{\"name\": \"a\xff\", \"instructions\": \"x\"}"))); got.status >= 500 {
		t.Errorf("invalid UTF-8: %d %s", got.status, got.body)
	}
	s.call(413, "POST", "/api/agents", object(valid, "instructions", strings.Repeat("a", 2<<20)))
	for _, id := range strangeIDs() {
		s.call(404, "GET", "/api/agents/"+id, nil)
		s.call(404, "PUT", "/api/agents/"+id, valid)
		s.call(404, "DELETE", "/api/agents/"+id, nil)
	}
}

func TestAgentsBelongToOnePerson(t *testing.T) {
	t.Parallel()
	s := started(t)
	mine := s.call(201, "POST", "/api/agents", map[string]any{"name": "Lawyer", "instructions": "Answer."})
	at := "/api/agents/" + mine.text("id")
	theirs := s.person(catalog.RoleViewer)
	if got := s.callAs(theirs, 200, "GET", "/api/agents", nil); len(got.at("agents").([]any)) != 1 || got.text("agents", 0, "name") != "Research Assistant Agent" {
		t.Errorf("another person has %s", got.body)
	}
	s.callAs(theirs, 404, "GET", at, nil)
	s.callAs(theirs, 404, "PUT", at, map[string]any{"name": "Mine"})
	s.callAs(theirs, 404, "DELETE", at, nil)
	s.callAs(theirs, 201, "POST", "/api/agents", map[string]any{"name": "Lawyer", "instructions": "Theirs."})
	if got := s.call(200, "GET", at, nil); got.text("instructions") != "Answer." {
		t.Errorf("mine is %s", got.body)
	}
	reader := s.person(catalog.RoleOwner, "content-read")
	s.callAs(reader, 200, "GET", "/api/agents", nil)
	s.callAs(reader, 403, "POST", "/api/agents", map[string]any{"name": "x", "instructions": "y"})
	s.callAs(reader, 403, "PUT", at, map[string]any{"name": "x"})
	s.callAs(reader, 403, "DELETE", at, nil)
	writer := s.person(catalog.RoleOwner, "content-write")
	s.callAs(writer, 403, "GET", "/api/agents", nil)
	s.callAs(writer, 403, "GET", at, nil)
	for _, nobody := range []string{"", "shf_wrong"} {
		s.callAs(nobody, 401, "GET", "/api/agents", nil)
		s.callAs(nobody, 401, "POST", "/api/agents", map[string]any{"name": "x", "instructions": "y"})
		s.callAs(nobody, 401, "GET", at, nil)
		s.callAs(nobody, 401, "PUT", at, nil)
		s.callAs(nobody, 401, "DELETE", at, nil)
	}
}

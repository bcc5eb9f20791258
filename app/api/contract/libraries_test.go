package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestLibraries(t *testing.T) {
	t.Parallel()
	s := started(t)
	if got := s.call(200, "GET", "/api/libraries", nil); string(got.body) != "{\"libraries\":[]}\n" {
		t.Errorf("a new directory has %s", got.body)
	}
	made := s.call(201, "POST", "/api/libraries", map[string]any{"name": "Gardens", "urls": []string{"https://example.org/roses?a=b#c", "http://example.org:8080"}})
	if got := made.object(); got["name"] != "Gardens" || fmt.Sprint(got["urls"]) != "[https://example.org/roses?a=b#c http://example.org:8080]" || !catalog.ValidID(made.text("id")) || len(got) != 3 {
		t.Errorf("made %s", made.body)
	}
	at := "/api/libraries/" + made.text("id")
	empty := s.call(201, "POST", "/api/libraries/", map[string]any{"name": "Empty"})
	if fmt.Sprint(empty.at("urls")) != "[]" {
		t.Errorf("without addresses %s", empty.body)
	}
	if got := s.call(200, "GET", at+"/", nil); fmt.Sprint(got.object()) != fmt.Sprint(made.object()) {
		t.Errorf("got %s", got.body)
	}
	if got := s.call(200, "PUT", at, map[string]any{"name": "Parks"}); got.text("name") != "Parks" || len(got.at("urls").([]any)) != 2 {
		t.Errorf("renamed to %s", got.body)
	}
	if got := s.call(200, "PUT", at, map[string]any{"urls": []string{}}); got.text("name") != "Parks" || len(got.at("urls").([]any)) != 0 {
		t.Errorf("cleared to %s", got.body)
	}
	s.call(409, "POST", "/api/libraries", map[string]any{"name": "PARKS"})
	s.call(409, "PUT", at, map[string]any{"name": "empty"})
	s.call(200, "PUT", at, map[string]any{"name": "parks"})
	list := s.call(200, "GET", "/api/libraries", nil)
	if list.listed("libraries") != oldestFirst(made, empty) {
		t.Errorf("the list is %s", list.body)
	}
	s.call(204, "DELETE", at, nil)
	s.call(404, "DELETE", at, nil)
	s.call(404, "GET", at, nil)
}

func TestLibrariesRefuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	valid := map[string]any{"name": "Gardens", "urls": []any{"https://example.org"}}
	at := "/api/libraries/" + s.call(201, "POST", "/api/libraries", valid).text("id")
	many := make([]string, 501)
	for i := range many {
		many[i] = "https://example.org"
	}
	for _, c := range []struct {
		body   map[string]any
		fields string
	}{
		{object(valid, "name", absent), "name"},
		{object(valid, "name", true), "name"},
		{object(valid, "name", strings.Repeat("x", 256)), "name"},
		{object(valid, "urls", "https://example.org"), "urls"},
		{object(valid, "urls", many), "urls"},
		{object(valid, "urls", []string{"https://example.org", "ftp://example.org", "example.org", "", "https://", "/a", "javascript:alert(1)", "https://a b"}),
			"urls[1] urls[2] urls[3] urls[4] urls[5] urls[6] urls[7]"},
		{object(valid, "urls", []string{"https://ada:secret@example.org"}), "urls[0]"},
		{object(valid, "urls", []string{"https://example.org/" + strings.Repeat("x", 2048)}), "urls[0]"},
		{object(valid, "name", "\n", "urls", []string{"x"}), "name urls[0]"},
	} {
		if got := s.call(400, "POST", "/api/libraries", c.body); got.wrongFields() != c.fields {
			t.Errorf("%.80v: %s", c.body, got.body)
		}
		if c.body["name"] != nil {
			s.call(400, "PUT", at, c.body)
		}
	}
	s.call(400, "POST", "/api/libraries", object(valid, "name", "New", "urls", []any{1}))
	for name, body := range wrongBodies() {
		if got := s.call(400, "POST", "/api/libraries", body); got.text("error", "message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	for _, id := range strangeIDs() {
		s.call(404, "GET", "/api/libraries/"+id, nil)
		s.call(404, "PUT", "/api/libraries/"+id, valid)
		s.call(404, "DELETE", "/api/libraries/"+id, nil)
	}
}

func TestLibrariesBelongToOnePerson(t *testing.T) {
	t.Parallel()
	s := started(t)
	at := "/api/libraries/" + s.call(201, "POST", "/api/libraries", map[string]any{"name": "Gardens"}).text("id")
	theirs := s.person(catalog.RoleViewer)
	if got := s.callAs(theirs, 200, "GET", "/api/libraries", nil); len(got.at("libraries").([]any)) != 0 {
		t.Errorf("another person has %s", got.body)
	}
	s.callAs(theirs, 404, "GET", at, nil)
	s.callAs(theirs, 404, "PUT", at, map[string]any{"name": "Mine"})
	s.callAs(theirs, 404, "DELETE", at, nil)
	s.callAs(theirs, 201, "POST", "/api/libraries", map[string]any{"name": "Gardens"})
	reader := s.person(catalog.RoleNone, "content-read")
	s.callAs(reader, 403, "POST", "/api/libraries", map[string]any{"name": "x"})
	s.callAs(reader, 403, "PUT", at, nil)
	s.callAs(reader, 403, "DELETE", at, nil)
	s.callAs(s.person(catalog.RoleNone, "content-write"), 403, "GET", "/api/libraries", nil)
	s.callAs("", 401, "GET", "/api/libraries", nil)
	s.callAs("", 401, "POST", "/api/libraries", nil)
	s.callAs("", 401, "GET", at, nil)
	s.callAs("", 401, "PUT", at, nil)
	s.callAs("", 401, "DELETE", at, nil)
}

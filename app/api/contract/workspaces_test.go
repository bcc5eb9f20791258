package contract

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const workspaces = "/api/v1/workspaces"

// workspaceMembers are the fields of the document, and the two beyond it.
var workspaceMembers = []string{"id", "name", "description", "icon", "color", "ownerId", "isDefault", "isArchived", "documentCount",
	"createdAt", "updatedAt", "dataspaceId", "role"}

var wholeSecond = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

// detailed lists "field" of every detail of a workspace error, in order.
func detailed(r reply) string {
	r.t.Helper()
	var names []string
	for _, d := range r.at("error", "details").([]any) {
		names = append(names, d.(map[string]any)["field"].(string))
	}
	return strings.Join(names, " ")
}

func TestAWorkspaceFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	s := started(t)
	me := s.node.Engine().LocalOwner().UserID
	begin := time.Now().Truncate(time.Second)

	first := s.call(200, "GET", workspaces, nil)
	has(t, first.object(), "success", "data")
	if first.at("success") != true || len(first.at("data").([]any)) != 1 || first.at("data", 0, "isDefault") != true {
		t.Errorf("a new data directory has %s", first.body)
	}
	has(t, first.at("data", 0), workspaceMembers...)
	for _, none := range []string{"description", "icon", "color"} {
		if first.at("data", 0, none) != nil {
			t.Errorf("%s was never set and is %v", none, first.at("data", 0, none))
		}
	}

	sent := map[string]any{"name": "New Workspace", "description": "A workspace for the team", "icon": "🚀", "color": "#FF5733", "unknown": true}
	made := s.call(201, "POST", workspaces, sent)
	has(t, made.object(), "success", "data")
	has(t, made.at("data"), workspaceMembers...)
	id := made.text("data", "id")
	want := map[string]any{"name": sent["name"], "description": sent["description"], "icon": sent["icon"], "color": sent["color"], "ownerId": me,
		"isDefault": false, "isArchived": false, "documentCount": 0.0, "role": "OWNER"}
	for name, value := range want {
		if made.at("data", name) != value {
			t.Errorf("%s is %v, want %v", name, made.at("data", name), value)
		}
	}
	if !regexp.MustCompile(`^sds-[0-9a-f]{8}$`).MatchString(made.text("data", "dataspaceId")) || !catalog.ValidID(id) {
		t.Errorf("made %s", made.body)
	}
	for _, name := range []string{"createdAt", "updatedAt"} {
		at, err := time.Parse(time.RFC3339, made.text("data", name))
		if err != nil || !wholeSecond.MatchString(made.text("data", name)) || at.Before(begin) || at.After(time.Now()) {
			t.Errorf("%s is %v", name, made.at("data", name))
		}
	}
	if got := s.call(200, "GET", workspaces+"/"+id, nil); !bytes.Equal(got.body, made.body) {
		t.Errorf("read again it is %s, was %s", got.body, made.body)
	}
	if list := s.call(200, "GET", workspaces, nil); len(list.at("data").([]any)) != 2 || list.text("data", 1, "id") != id {
		t.Errorf("the list is %s", list.body)
	}

	changed := s.call(200, "PUT", workspaces+"/"+id, map[string]any{"name": "Updated Name", "description": "Updated description", "icon": "📋", "color": "#28A745", "isArchived": false})
	has(t, changed.at("data"), workspaceMembers...)
	if changed.text("data", "name") != "Updated Name" || changed.text("data", "description") != "Updated description" || changed.text("data", "icon") != "📋" || changed.text("data", "color") != "#28A745" {
		t.Errorf("changed to %s", changed.body)
	}
	for name, body := range map[string]any{"nothing": map[string]any{}, "nulls": map[string]any{"name": nil, "description": nil, "icon": nil, "color": nil, "isArchived": nil}, "no body": nil} {
		if same := s.call(200, "PUT", workspaces+"/"+id, body); !bytes.Equal(same.body, changed.body) {
			t.Errorf("%s changed it to %s", name, same.body)
		}
	}
	cleared := s.call(200, "PUT", workspaces+"/"+id, map[string]any{"description": "", "icon": "", "color": ""})
	if cleared.at("data", "description") != nil || cleared.at("data", "icon") != nil || cleared.at("data", "color") != nil || cleared.text("data", "name") != "Updated Name" {
		t.Errorf("cleared it is %s", cleared.body)
	}

	gone := s.call(200, "DELETE", workspaces+"/"+id, nil)
	if string(bytes.TrimSpace(gone.body)) != `{"success":true,"data":null}` {
		t.Errorf("a deletion answers %s", gone.body)
	}
	s.call(404, "GET", workspaces+"/"+id, nil)
	s.call(404, "PUT", workspaces+"/"+id, map[string]any{"name": "x"})
	s.call(404, "DELETE", workspaces+"/"+id, nil)
	if list := s.call(200, "GET", workspaces, nil); len(list.at("data").([]any)) != 1 {
		t.Errorf("the list is %s", list.body)
	}
}

func TestNamesOfWorkspacesNeedNotBeUnique(t *testing.T) {
	t.Parallel()
	s := started(t)
	least := map[string]any{"name": strings.Repeat("ü", 255), "description": strings.Repeat("🏗", 1000), "icon": strings.Repeat("🏗", 50), "color": strings.Repeat("ü", 20)}
	one, other := s.call(201, "POST", workspaces, least), s.call(201, "POST", workspaces, least)
	if one.text("data", "id") == other.text("data", "id") || one.text("data", "dataspaceId") == other.text("data", "dataspaceId") {
		t.Errorf("two of one name are %s and %s", one.body, other.body)
	}
	for name, value := range least {
		if one.at("data", name) != value {
			t.Errorf("%s at its limit is %v", name, one.at("data", name))
		}
	}
	if made := s.call(201, "POST", workspaces, map[string]any{"name": "x", "description": "", "icon": nil}); made.at("data", "description") != nil || made.at("data", "icon") != nil || made.at("data", "color") != nil {
		t.Errorf("without anything it is %s", made.body)
	}
}

func TestWorkspacesNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Kept"}).text("data", "id")
	over := map[string]any{"name": strings.Repeat("n", 256), "description": strings.Repeat("d", 1001), "icon": strings.Repeat("i", 51), "color": strings.Repeat("c", 21)}
	for _, test := range []struct {
		method string
		body   any
		wrong  string // the fields, in order
	}{
		{"POST", map[string]any{}, "name"},
		{"POST", nil, "name"},
		{"POST", map[string]any{"name": nil}, "name"},
		{"POST", map[string]any{"name": ""}, "name"},
		{"PUT", map[string]any{"name": ""}, "name"},
		{"BOTH", map[string]any{"name": " \t\n"}, "name"},
		{"BOTH", map[string]any{"name": 5}, "name"},
		{"BOTH", map[string]any{"name": []string{"x"}}, "name"},
		{"BOTH", map[string]any{"name": map[string]any{}}, "name"},
		{"BOTH", over, "name description icon color"},
		{"BOTH", map[string]any{"name": "x", "description": 1, "icon": true, "color": []int{}}, "description icon color"},
		{"BOTH", map[string]any{"name": 1, "color": over["color"]}, "name color"},
		{"BOTH", map[string]any{"name": "a\x00b"}, "name"},
		{"BOTH", map[string]any{"name": "x", "description": "a\x00", "icon": "\x00", "color": "\x00"}, "color description icon"},
		{"BOTH", []byte("{\"name\":\"\xff\xfe\"}"), "name"},
		{"BOTH", []byte(`{"name":"\ud800"}`), "name"},
		{"BOTH", []byte(`{"name":"x","name":"y"}`), "name"},
		{"PUT", map[string]any{"isArchived": "yes"}, "isArchived"},
		{"PUT", map[string]any{"isArchived": 1, "name": " "}, "isArchived name"},
		{"BOTH", []byte("{"), ""},
		{"BOTH", []byte("[]"), ""},
		{"BOTH", []byte(`"x"`), ""},
		{"BOTH", []byte("{} {}"), ""},
	} {
		for _, method := range []string{"POST", "PUT"} {
			if test.method != method && test.method != "BOTH" {
				continue
			}
			target := workspaces
			if method == "PUT" {
				target += "/" + id
			}
			got := s.call(400, method, target, test.body)
			has(t, got.object(), "success", "error")
			has(t, got.at("error"), "code", "message", "details")
			if got.at("success") != false || got.at("error", "code") != "invalid" || got.text("error", "message") == "" || detailed(got) != test.wrong {
				t.Errorf("%s %v: %s, want %q", method, test.body, got.body, test.wrong)
			}
			for _, d := range got.at("error", "details").([]any) {
				has(t, d, "field", "message")
			}
		}
	}
	large := s.call(413, "POST", workspaces, map[string]any{"name": strings.Repeat("n", 2<<20)})
	if large.at("success") != false {
		t.Errorf("too large: %s", large.body)
	}
	if kept := s.call(200, "GET", workspaces+"/"+id, nil); kept.text("data", "name") != "Kept" {
		t.Errorf("after all that it is %s", kept.body)
	}
	if list := s.call(200, "GET", workspaces, nil); len(list.at("data").([]any)) != 2 {
		t.Errorf("after all that there are %s", list.body)
	}
}

// workspaceCalls are all operations of the family on one workspace, with bodies that are right.
func workspaceCalls(id, userID string) []struct {
	method, path string
	body         any
	write        bool
} {
	one := workspaces + "/" + id
	return []struct {
		method, path string
		body         any
		write        bool
	}{
		{"GET", workspaces, nil, false},
		{"POST", workspaces, map[string]any{"name": "x"}, true},
		{"GET", one, nil, false},
		{"PUT", one, map[string]any{"name": "x"}, true},
		{"DELETE", one, nil, true},
		{"GET", one + "/members", nil, false},
		{"POST", one + "/members", map[string]any{"userId": userID, "role": "VIEWER"}, true},
		{"PUT", one + "/members/" + userID, map[string]any{"role": "VIEWER"}, true},
		{"DELETE", one + "/members/" + userID, nil, true},
	}
}

func TestWorkspacesAskWhoCalls(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Mine"}).text("data", "id")
	guest, stranger := s.user("guest@example.org", catalog.OrganizationInternal)
	dead := s.deadTokens()
	reader, writer := s.token(engine.TokenSpec{Abilities: []string{"workspaces-read"}}), s.token(engine.TokenSpec{Abilities: []string{"workspaces-write"}})
	other := s.token(engine.TokenSpec{Abilities: []string{"content-read", "content-write", "sessions-read", "datasets-read", "content-query", "sync"}})
	for _, c := range workspaceCalls(id, guest) {
		for why, token := range dead {
			got := s.callAs(token, 401, c.method, c.path, c.body)
			if got.at("success") != false || got.at("error", "code") != "unauthenticated" || got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s with a token that is %s: %s", c.method, c.path, why, got.body)
			}
		}
		two := s.request(c.method, c.path, c.body)
		two.Header.Set("x-api-key", reader)
		s.expect(401, two)
		for _, token := range []string{other, map[bool]string{true: reader, false: writer}[c.write]} {
			if got := s.callAs(token, 403, c.method, c.path, c.body); got.at("success") != false || got.at("error", "code") != "denied" {
				t.Errorf("%s %s without the ability: %s", c.method, c.path, got.body)
			}
		}
		if c.path != workspaces { // of somebody else: as if it were not there
			if got := s.callAs(stranger, 404, c.method, c.path, c.body); got.at("success") != false || got.at("error", "code") != "not_found" {
				t.Errorf("%s %s of somebody else: %s", c.method, c.path, got.body)
			}
		}
	}
	if list := s.callAs(stranger, 200, "GET", workspaces, nil); len(list.at("data").([]any)) != 0 {
		t.Errorf("a stranger sees %s", list.body)
	}
	s.expect(200, s.withKey(reader, "GET", workspaces+"/"+id, nil))
	s.expect(200, s.withKey(writer, "PUT", workspaces+"/"+id, map[string]any{"icon": "x"}))
	both := s.request("GET", workspaces, nil)
	both.Header.Set("x-api-key", s.owner)
	s.expect(200, both)
}

func TestUnknownWorkspaces(t *testing.T) {
	t.Parallel()
	s := started(t)
	for _, id := range unknownIDs {
		for _, c := range workspaceCalls(id, s.node.Engine().LocalOwner().UserID) {
			if c.path == workspaces {
				continue
			}
			got := s.send(s.request(c.method, c.path, c.body))
			if got.status != 404 || got.at("success") != false || got.at("error", "code") != "not_found" || len(got.at("error", "details").([]any)) != 0 {
				t.Errorf("%s %s: %d %s", c.method, c.path, got.status, got.body)
			}
		}
	}
	for _, target := range []string{workspaces + "/a/b", workspaces + "/a/members/b/c", workspaces + "/a/folders"} {
		if got := s.call(404, "GET", target, nil); got.at("success") != false || got.text("error", "message") == "" {
			t.Errorf("%s: %s", target, got.body)
		}
	}
	if got := s.send(s.request("PATCH", workspaces, map[string]any{})); got.status != 404 || got.at("success") != false {
		t.Errorf("another method: %d %s", got.status, got.body)
	}
}

func TestWorkspacesAnswerWithAndWithoutASlash(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces+"/", map[string]any{"name": "Mine"}).text("data", "id")
	guest, _ := s.user("guest@example.org", catalog.OrganizationMember)
	one := workspaces + "/" + id
	s.call(200, "GET", workspaces+"/", nil)
	s.call(200, "GET", one+"/", nil)
	s.call(200, "PUT", one+"/", map[string]any{"icon": "x"})
	s.call(200, "GET", one+"/members/", nil)
	s.call(201, "POST", one+"/members/", map[string]any{"userId": guest, "role": "VIEWER"})
	s.call(200, "PUT", one+"/members/"+guest+"/", map[string]any{"role": "EDITOR"})
	s.call(200, "DELETE", one+"/members/"+guest+"/", nil)
	s.call(200, "DELETE", one+"/", nil)
}

// TestRolesInAWorkspace holds what each role may do through this family.
func TestRolesInAWorkspace(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Ours"}).text("data", "id")
	guest, _ := s.user("guest@example.org", catalog.OrganizationMember)
	for _, role := range catalog.Roles {
		email := strings.ToLower(string(role)) + "@example.org"
		_, token := s.member(id, email, role)
		manages, owns := role == catalog.RoleAdmin || role == catalog.RoleOwner, role == catalog.RoleOwner
		status := func(allowed bool, ok int) int {
			if allowed {
				return ok
			}
			return http.StatusForbidden
		}
		if got := s.callAs(token, 200, "GET", workspaces+"/"+id, nil); got.text("data", "role") != string(role) || got.at("data", "isDefault") != true || got.text("data", "ownerId") != s.node.Engine().LocalOwner().UserID {
			t.Errorf("%s sees %s", role, got.body)
		}
		s.callAs(token, 200, "GET", workspaces+"/"+id+"/members", nil)
		s.callAs(token, status(manages, 200), "PUT", workspaces+"/"+id, map[string]any{"icon": string(role[0])})
		s.callAs(token, status(manages, 201), "POST", workspaces+"/"+id+"/members", map[string]any{"userId": guest, "role": "VIEWER"})
		s.callAs(token, status(manages, 200), "PUT", workspaces+"/"+id+"/members/"+guest, map[string]any{"role": "EDITOR"})
		s.callAs(token, status(owns, 200), "PUT", workspaces+"/"+id+"/members/"+guest, map[string]any{"role": "OWNER"})
		s.callAs(token, status(manages, 200), "PUT", workspaces+"/"+id+"/members/"+guest, map[string]any{"role": "EDITOR"})
		s.callAs(token, status(manages, 200), "DELETE", workspaces+"/"+id+"/members/"+guest, nil)
		if !owns {
			s.callAs(token, 403, "DELETE", workspaces+"/"+id, nil)
		}
		own := s.callAs(token, 201, "POST", workspaces, map[string]any{"name": "Own"})
		if own.at("data", "isDefault") != false || own.text("data", "role") != "OWNER" {
			t.Errorf("%s makes %s", role, own.body)
		}
		if owns {
			s.callAs(token, 200, "DELETE", workspaces+"/"+id, nil)
			if left := s.callAs(token, 200, "GET", workspaces, nil); len(left.at("data").([]any)) != 1 || left.at("data", 0, "isDefault") != true {
				t.Errorf("the default falls to %s", left.body)
			}
		}
	}
}

func TestMembersOfAWorkspace(t *testing.T) {
	t.Parallel()
	s := started(t)
	me := s.node.Engine().LocalOwner()
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Ours"}).text("data", "id")
	one, members := workspaces+"/"+id, workspaces+"/"+id+"/members"
	ada, adas := s.user("ada@example.org", catalog.OrganizationMember)
	bob, _ := s.user("bob@example.org", catalog.OrganizationMember)

	made := s.call(201, "POST", members, map[string]any{"userId": ada, "role": "ADMIN"})
	has(t, made.at("data"), "userId", "email", "role")
	if made.at("success") != true || made.text("data", "userId") != ada || made.text("data", "email") != "ada@example.org" || made.text("data", "role") != "ADMIN" {
		t.Errorf("a new member is %s", made.body)
	}
	if got := s.call(201, "POST", members, map[string]any{"email": "BOB@example.org", "role": "VIEWER"}); got.text("data", "userId") != bob {
		t.Errorf("by email comes %s", got.body)
	}
	list := s.call(200, "GET", members, nil)
	if len(list.at("data").([]any)) != 3 || list.text("data", 0, "userId") != me.UserID || list.text("data", 0, "role") != "OWNER" || list.text("data", 2, "userId") != bob {
		t.Errorf("the members are %s", list.body)
	}
	has(t, list.at("data", 0), "userId", "email", "role")
	if got := s.call(200, "PUT", members+"/"+bob, map[string]any{"role": "EDITOR"}); got.text("data", "role") != "EDITOR" || got.text("data", "userId") != bob {
		t.Errorf("a changed member is %s", got.body)
	}

	for _, test := range []struct {
		method, target string
		body           any
		status         int
		wrong          string
	}{
		{"POST", members, map[string]any{"userId": ada, "role": "VIEWER"}, 409, ""},
		{"POST", members, map[string]any{}, 400, "userId role"},
		{"POST", members, nil, 400, "userId role"},
		{"POST", members, map[string]any{"role": "VIEWER"}, 400, "userId"},
		{"POST", members, map[string]any{"userId": bob}, 400, "role"},
		{"POST", members, map[string]any{"userId": 1, "email": 2, "role": 3}, 400, "userId email role"},
		{"POST", members, map[string]any{"userId": bob, "role": "viewer"}, 400, "role"},
		{"POST", members, map[string]any{"userId": bob, "role": ""}, 400, "role"},
		{"POST", members, map[string]any{"userId": "nobody", "role": "VIEWER"}, 400, "userId"},
		{"POST", members, map[string]any{"email": "nobody@example.org", "role": "VIEWER"}, 400, "email"},
		{"POST", members, map[string]any{"userId": ada, "email": "bob@example.org", "role": "VIEWER"}, 400, "email"},
		{"POST", members, map[string]any{"email": "a\x00", "role": "VIEWER"}, 400, "email"},
		{"PUT", members + "/" + bob, map[string]any{}, 400, "role"},
		{"PUT", members + "/" + bob, map[string]any{"role": nil}, 400, "role"},
		{"PUT", members + "/" + bob, map[string]any{"role": "EMPEROR"}, 400, "role"},
		{"PUT", members + "/" + bob, map[string]any{"role": 1}, 400, "role"},
		{"PUT", members + "/" + me.UserID, map[string]any{"role": "ADMIN"}, 409, ""},
		{"DELETE", members + "/" + me.UserID, nil, 409, ""},
	} {
		got := s.call(test.status, test.method, test.target, test.body)
		if got.at("success") != false || detailed(got) != test.wrong {
			t.Errorf("%s %s %v: %s, want %q", test.method, test.target, test.body, got.body, test.wrong)
		}
	}
	for _, id := range unknownIDs {
		for _, r := range []*http.Request{s.request("PUT", members+"/"+id, map[string]any{"role": "VIEWER"}), s.request("DELETE", members+"/"+id, nil)} {
			if got := s.send(r); got.status != 404 || got.at("success") != false {
				t.Errorf("%s a member %s: %d %s", r.Method, id, got.status, got.body)
			}
		}
	}

	// An ADMIN decides about everyone but OWNERs; leaving is open to all.
	s.callAs(adas, 403, "DELETE", members+"/"+me.UserID, nil)
	s.callAs(adas, 403, "PUT", members+"/"+me.UserID, map[string]any{"role": "VIEWER"})
	s.callAs(adas, 403, "PUT", members+"/"+ada, map[string]any{"role": "OWNER"})
	if gone := s.callAs(adas, 200, "DELETE", members+"/"+bob, nil); string(bytes.TrimSpace(gone.body)) != `{"success":true,"data":null}` {
		t.Errorf("a removal answers %s", gone.body)
	}
	s.callAs(adas, 200, "DELETE", members+"/"+ada, nil)
	s.callAs(adas, 404, "GET", one, nil)
	for _, role := range []catalog.Role{catalog.RoleViewer, catalog.RoleEditor} {
		who, token := s.member(id, strings.ToLower(string(role))+"@example.org", role)
		s.callAs(token, 403, "DELETE", members+"/"+me.UserID, nil)
		s.callAs(token, 200, "DELETE", members+"/"+who, nil)
		s.callAs(token, 404, "DELETE", members+"/"+who, nil)
	}
	if list := s.call(200, "GET", members, nil); len(list.at("data").([]any)) != 1 {
		t.Errorf("the members are %s", list.body)
	}
}

func TestAnArchivedWorkspace(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Old"}).text("data", "id")
	ada, adas := s.member(id, "ada@example.org", catalog.RoleEditor)
	guest, _ := s.user("guest@example.org", catalog.OrganizationMember)
	c := s.imported(id, "quince.txt", "A quince is not a medlar.")
	s.settle()
	one := workspaces + "/" + id
	if got := s.call(200, "PUT", one, map[string]any{"isArchived": true}); got.at("data", "isArchived") != true {
		t.Errorf("archived it is %s", got.body)
	}
	if list := s.call(200, "GET", workspaces, nil); len(list.at("data").([]any)) != 2 || list.at("data", 1, "isArchived") != true {
		t.Errorf("the list is %s", list.body)
	}
	for _, r := range []*http.Request{
		s.request("POST", one+"/members", map[string]any{"userId": guest, "role": "VIEWER"}),
		s.request("PUT", one+"/members/"+ada, map[string]any{"role": "VIEWER"}),
		s.request("DELETE", one+"/members/"+ada, nil),
		s.request("POST", "/api/desk/contents?name=x.txt&workspace="+id, []byte("x")),
		s.request("DELETE", "/api/desk/contents/"+c.ID, nil),
	} {
		s.expect(409, r)
	}
	if left := s.callAs(adas, 409, "DELETE", one+"/members/"+ada, nil); left.at("success") != false || left.at("error", "code") != "conflict" {
		t.Errorf("leaving it: %s", left.body)
	}
	s.call(200, "GET", one+"/members", nil)
	if found := s.call(200, "POST", "/api/desk/search", map[string]any{"query": "quince"}); found.at("total") != 1.0 {
		t.Errorf("a search finds %s", found.body)
	}
	s.call(200, "PUT", one, map[string]any{"name": "Older"})
	if got := s.call(200, "PUT", one, map[string]any{"isArchived": false}); got.at("data", "isArchived") != false || got.text("data", "name") != "Older" {
		t.Errorf("un-archived it is %s", got.body)
	}
	s.call(204, "DELETE", "/api/desk/contents/"+c.ID, nil)
	s.call(200, "PUT", one, map[string]any{"isArchived": true})
	s.call(200, "DELETE", one, nil)
}

func TestATokenForOneWorkspace(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "One"}).text("data", "id")
	other := s.call(201, "POST", workspaces, map[string]any{"name": "Other"}).text("data", "id")
	narrow := s.token(engine.TokenSpec{WorkspaceID: id})
	if list := s.callAs(narrow, 200, "GET", workspaces, nil); len(list.at("data").([]any)) != 1 || list.text("data", 0, "id") != id {
		t.Errorf("it sees %s", list.body)
	}
	s.callAs(narrow, 403, "POST", workspaces, map[string]any{"name": "Another"})
	for _, c := range workspaceCalls(other, s.node.Engine().LocalOwner().UserID) {
		if c.path != workspaces {
			s.callAs(narrow, 404, c.method, c.path, c.body)
		}
	}
	s.callAs(narrow, 200, "PUT", workspaces+"/"+id, map[string]any{"name": "Still one"})
	for _, path := range []string{"/api/desk/users", "/api/desk/tokens", "/api/desk/folders"} {
		s.callAs(narrow, 403, "GET", path, nil)
	}
	s.callAs(narrow, 200, "DELETE", workspaces+"/"+id, nil)
	s.callAs(narrow, 401, "GET", workspaces, nil)
}

func TestTheDefaultWorkspaceOfANewUser(t *testing.T) {
	t.Parallel()
	s := started(t)
	ada, token := s.user("ada@example.org", catalog.OrganizationMember)
	if list := s.callAs(token, 200, "GET", workspaces, nil); len(list.at("data").([]any)) != 0 {
		t.Errorf("a new user has %s", list.body)
	}
	mine := s.call(200, "GET", workspaces, nil).text("data", 0, "id")
	s.call(201, "POST", workspaces+"/"+mine+"/members", map[string]any{"userId": ada, "role": "VIEWER"})
	second := s.callAs(token, 201, "POST", workspaces, map[string]any{"name": "Second"})
	third := s.callAs(token, 201, "POST", workspaces, map[string]any{"name": "Third"})
	defaults := func(want string) {
		t.Helper()
		for _, w := range s.callAs(token, 200, "GET", workspaces, nil).at("data").([]any) {
			w := w.(map[string]any)
			if w["isDefault"] != (w["id"] == want) {
				t.Errorf("%v is the default: %v", w["name"], w["isDefault"])
			}
		}
	}
	defaults(mine)
	s.callAs(token, 200, "DELETE", workspaces+"/"+mine+"/members/"+ada, nil)
	defaults(second.text("data", "id"))
	s.callAs(token, 200, "DELETE", workspaces+"/"+second.text("data", "id"), nil)
	defaults(third.text("data", "id"))
	s.callAs(token, 200, "DELETE", workspaces+"/"+third.text("data", "id"), nil)
	if list := s.callAs(token, 200, "GET", workspaces, nil); len(list.at("data").([]any)) != 0 {
		t.Errorf("left are %s", list.body)
	}
}

func TestAWorkspaceCountsItsDocuments(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", workspaces, map[string]any{"name": "Counted"}).text("data", "id")
	count := func(want float64) {
		t.Helper()
		got := s.call(200, "GET", workspaces+"/"+id, nil)
		if got.at("data", "documentCount") != want || got.text("data", "updatedAt") != got.text("data", "createdAt") {
			t.Errorf("it is %s, want %v documents and its own time", got.body, want)
		}
	}
	count(0)
	var last string
	for i := range 3 {
		last = s.imported(id, fmt.Sprint(i, ".txt"), fmt.Sprint("document ", i)).ID
	}
	count(3)
	s.call(204, "DELETE", "/api/desk/contents/"+last, nil)
	count(2)
	s.call(204, "POST", "/api/desk/contents/"+last+"/restore", nil)
	count(3)
	s.call(200, "DELETE", workspaces+"/"+id, nil)
	s.call(404, "GET", "/api/desk/contents/"+last, nil)
	s.call(404, "POST", "/api/desk/contents/"+last+"/restore", nil)
}

func TestTheExamplesOfWorkspacesWork(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.user("ben@example.org", catalog.OrganizationMember)
	id := map[string]string{"id": s.example("workspacesCreate", nil).text("data", "id")}
	s.example("workspacesList", nil)
	s.example("workspacesGet", id)
	if got := s.example("workspacesUpdate", id); got.text("data", "name") != "Updated Name" {
		t.Errorf("it is %s", got.body)
	}
	s.example("workspacesListMembers", id)
	s.example("workspacesAddMember", id)
	s.example("workspacesDelete", id)
}

package contract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const documentSets = "/api/v1/document-sets"

var (
	setMembers         = []string{"document_set_id", "document_set_name", "organization_id", "details", "documents", "version"}
	setDocumentMembers = []string{"id", "document_set_name", "organization_id", "user", "status", "product_name", "document_name", "document_type", "created_at", "updated_at"}
)

// detail is what is wrong; the error body has nothing else.
func detail(r reply) string {
	r.t.Helper()
	has(r.t, r.object(), "detail")
	return r.text("detail")
}

// set finds a document set in the list of whoever has the token.
func (s *server) set(token, id string) map[string]any {
	s.Helper()
	for _, one := range s.callAs(token, 200, "GET", documentSets, nil).at("document_sets").([]any) {
		if one := one.(map[string]any); one["document_set_id"] == id {
			return one
		}
	}
	s.Fatalf("the list has no %s", id)
	return nil
}

func TestADocumentSetFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	s := started(t)
	me := s.node.Engine().LocalOwner()
	made := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Q4 Contracts", "unknown": 1})
	has(t, made.object(), setMembers...)
	id, organization := made.text("document_set_id"), made.text("organization_id")
	if !catalog.ValidID(id) || !catalog.ValidID(organization) || made.text("document_set_name") != "Q4 Contracts" || made.at("details") != nil ||
		len(made.at("documents").([]any)) != 0 || made.at("version") != 1.0 {
		t.Errorf("made %s", made.body)
	}
	list := s.call(200, "GET", documentSets, nil)
	has(t, list.object(), "document_sets")
	if sets := list.at("document_sets").([]any); len(sets) != 2 {
		t.Errorf("the sets are %s", list.body)
	} else {
		for _, one := range sets {
			has(t, one, setMembers...)
		}
	}
	empty := s.call(200, "GET", documentSets+"/"+id, nil)
	has(t, empty.object(), "users", "document_set")
	has(t, empty.at("users", 0), "user_id", "email")
	if len(empty.at("users").([]any)) != 1 || empty.text("users", 0, "user_id") != me.UserID || empty.text("users", 0, "email") != me.Email || len(empty.at("document_set").([]any)) != 0 {
		t.Errorf("a new set is %s", empty.body)
	}

	first := s.imported(id, "lease.txt", "The lease ends in May.")
	broken := s.imported(id, "broken.pdf", "%PDF-1.7\nand nothing more")
	s.settle()
	s.within("INSERT INTO category (id, workspace, name, name_fold, created_at, updated_at) SELECT 'k', key, 'Leases', 'leases', 1, 1 FROM workspace WHERE id = ?", id)
	s.within("UPDATE content SET category = 'k' WHERE id = ?", first.ID)
	whole := s.call(200, "GET", documentSets+"/"+id, nil)
	if len(whole.at("document_set").([]any)) != 2 {
		t.Fatalf("with documents it is %s", whole.body)
	}
	has(t, whole.at("document_set", 0), setDocumentMembers...)
	for name, want := range map[string]any{"id": first.ID, "document_set_name": "Q4 Contracts", "organization_id": organization, "user": me.Email, "status": "processed",
		"product_name": "Leases", "document_name": "lease.txt", "document_type": "text/plain", "created_at": first.CreatedAt.Format("2006-01-02T15:04:05Z")} {
		if got := whole.at("document_set", 0, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if !wholeSecond.MatchString(whole.text("document_set", 0, "created_at")) || !wholeSecond.MatchString(whole.text("document_set", 0, "updated_at")) {
		t.Errorf("times are %s", whole.body)
	}
	if second := whole.at("document_set", 1).(map[string]any); second["id"] != broken.ID || second["status"] != "failed" || second["product_name"] != nil || second["document_type"] != "application/pdf" {
		t.Errorf("a document that cannot be read is %v", second)
	}
	if one := s.set(s.owner, id); len(one["documents"].([]any)) != 2 || one["documents"].([]any)[0] != first.ID || one["documents"].([]any)[1] != broken.ID || one["version"] != 3.0 {
		t.Errorf("in the list it is %v", one)
	}
	s.call(204, "DELETE", "/api/desk/contents/"+broken.ID, nil)
	s.call(200, "PUT", workspaces+"/"+id, map[string]any{"name": "Renamed", "description": "What we signed"})
	if one := s.set(s.owner, id); len(one["documents"].([]any)) != 1 || one["version"] != 5.0 || one["details"] != "What we signed" || one["document_set_name"] != "Renamed" {
		t.Errorf("in the list it is %v", one)
	}
}

func TestWhoAddedADocumentOfAFolder(t *testing.T) {
	t.Parallel()
	s := started(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shed.md"), []byte("# Shed\n\nIt is green."), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.node.Engine().AddFolder(s.asOwner(), engine.FolderSpec{Path: dir}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	id := s.call(200, "GET", documentSets, nil).text("document_sets", 0, "document_set_id")
	got := s.call(200, "GET", documentSets+"/"+id, nil)
	if got.text("document_set", 0, "user") != s.node.Engine().LocalOwner().Email || got.text("document_set", 0, "document_type") != "text/markdown" {
		t.Errorf("the set is %s", got.body)
	}
}

func TestTheTwoNamesOfADocumentSet(t *testing.T) {
	t.Parallel()
	s := started(t)
	long := strings.Repeat("ü", 255)
	for _, test := range []struct {
		body   any
		status int
		name   string
	}{
		{map[string]any{"workspace_name": "A"}, 201, "A"},
		{map[string]any{"document_set_name": "B"}, 201, "B"},
		{map[string]any{"workspace_name": "C", "document_set_name": "C"}, 201, "C"},
		{map[string]any{"workspace_name": nil, "document_set_name": "D"}, 201, "D"},
		{map[string]any{"workspace_name": long}, 201, long},
		{map[string]any{"workspace_name": "A", "document_set_name": "B"}, 400, ""},
		{map[string]any{"workspace_name": "A", "document_set_name": ""}, 400, ""},
		{map[string]any{}, 400, ""},
		{nil, 400, ""},
		{map[string]any{"workspace_name": nil, "document_set_name": nil}, 400, ""},
		{map[string]any{"name": "A"}, 400, ""},
		{map[string]any{"workspace_name": ""}, 400, ""},
		{map[string]any{"document_set_name": " \t "}, 400, ""},
		{map[string]any{"workspace_name": long + "x"}, 400, ""},
		{map[string]any{"workspace_name": 5}, 400, ""},
		{map[string]any{"document_set_name": []string{"x"}}, 400, ""},
		{map[string]any{"workspace_name": "a\x00"}, 400, ""},
		{[]byte("{\"workspace_name\":\"\xff\"}"), 400, ""},
		{[]byte(`{"workspace_name":"a","workspace_name":"b"}`), 400, ""},
		{[]byte("{"), 400, ""},
		{[]byte("[]"), 400, ""},
		{map[string]any{"workspace_name": strings.Repeat("n", 2<<20)}, 413, ""},
	} {
		got := s.call(test.status, "POST", documentSets, test.body)
		if test.status == 201 && got.text("document_set_name") != test.name || test.status != 201 && detail(got) == "" {
			t.Errorf("%.80v: %.300s", test.body, got.body)
		}
	}
	if list := s.call(200, "GET", documentSets, nil); len(list.at("document_sets").([]any)) != 6 {
		t.Errorf("after all that there are %s", list.body)
	}
}

// TestDocumentSetsAnswerWith400 holds what is unusual about this contract: 400 takes the place of 401 and 404.
func TestDocumentSetsAnswerWith400(t *testing.T) {
	t.Parallel()
	s := started(t)
	one := documentSets + "/" + s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Mine"}).text("document_set_id")
	calls := []struct {
		method, path string
		body         any
	}{{"GET", documentSets, nil}, {"POST", documentSets, map[string]any{"workspace_name": "x"}}, {"GET", one, nil}}
	dead := s.deadTokens()
	for _, c := range calls {
		for why, token := range dead {
			if got := s.callAs(token, 400, c.method, c.path, c.body); detail(got) == "" {
				t.Errorf("%s %s with a token that is %s: %s", c.method, c.path, why, got.body)
			}
		}
	}
	for _, id := range unknownIDs {
		if got := s.send(s.request("GET", documentSets+"/"+id, nil)); got.status != 400 || detail(got) == "" {
			t.Errorf("GET %s: %d %s", id, got.status, got.body)
		}
	}
	gone := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Gone"}).text("document_set_id")
	s.call(200, "DELETE", workspaces+"/"+gone, nil)
	if got := s.call(400, "GET", documentSets+"/"+gone, nil); detail(got) == "" {
		t.Errorf("a deleted one: %s", got.body)
	}
	// An address that does not exist is 404 in every family.
	for _, r := range []reply{s.call(404, "GET", documentSets+"/a/b", nil), s.send(s.request("DELETE", one, nil)), s.send(s.request("PUT", documentSets, nil))} {
		if r.status != 404 || detail(r) == "" {
			t.Errorf("an unknown route: %d %s", r.status, r.body)
		}
	}
}

func TestDocumentSetsAnswerWith403(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Mine"}).text("document_set_id")
	other := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Other"}).text("document_set_id")
	_, stranger := s.user("stranger@example.org", catalog.OrganizationMember)
	reader, writer := s.token(engine.TokenSpec{Abilities: []string{"workspaces-read"}}), s.token(engine.TokenSpec{Abilities: []string{"workspaces-write"}})
	narrow := s.token(engine.TokenSpec{WorkspaceID: other})
	for name, got := range map[string]reply{
		"a list without the ability":    s.callAs(writer, 403, "GET", documentSets, nil),
		"a set without the ability":     s.callAs(writer, 403, "GET", documentSets+"/"+id, nil),
		"unknown, without the ability":  s.callAs(writer, 403, "GET", documentSets+"/nothing", nil),
		"a new one without the ability": s.callAs(reader, 403, "POST", documentSets, map[string]any{"workspace_name": "x"}),
		"of somebody else":              s.callAs(stranger, 403, "GET", documentSets+"/"+id, nil),
		"of another than the token's":   s.callAs(narrow, 403, "GET", documentSets+"/"+id, nil),
		"a new one of a token for one":  s.callAs(narrow, 403, "POST", documentSets, map[string]any{"workspace_name": "x"}),
	} {
		if detail(got) == "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	s.callAs(stranger, 400, "GET", documentSets+"/nothing", nil)
	if list := s.callAs(narrow, 200, "GET", documentSets, nil); len(list.at("document_sets").([]any)) != 1 || list.text("document_sets", 0, "document_set_id") != other {
		t.Errorf("a token for one sees %s", list.body)
	}
	s.callAs(narrow, 200, "GET", documentSets+"/"+other, nil)
	s.callAs(reader, 200, "GET", documentSets+"/"+id, nil)
	s.callAs(writer, 201, "POST", documentSets, map[string]any{"workspace_name": "x"})
	s.expect(200, s.withKey(reader, "GET", documentSets, nil))
	s.expect(400, s.withKey("shf_nonsense", "GET", documentSets, nil))
}

func TestWhoSeesWhichDocumentSets(t *testing.T) {
	t.Parallel()
	s := started(t)
	ada, adas := s.user("ada@example.org", catalog.OrganizationMember)
	_, internal := s.user("internal@example.org", catalog.OrganizationInternal)
	_, owner := s.user("owner@example.org", catalog.OrganizationOwner)
	_, stranger := s.user("stranger@example.org", catalog.OrganizationMember)
	hers := s.callAs(adas, 201, "POST", documentSets, map[string]any{"document_set_name": "Ada's"}).text("document_set_id")
	mine := s.call(200, "GET", workspaces, nil).text("data", 0, "id")
	sees := func(token string, want ...string) {
		t.Helper()
		var got []string
		for _, one := range s.callAs(token, 200, "GET", documentSets, nil).at("document_sets").([]any) {
			got = append(got, one.(map[string]any)["document_set_name"].(string))
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("sees %v, want %v", got, want)
		}
	}
	for _, token := range []string{s.owner, internal, owner} {
		sees(token, "My documents", "Ada's")
		if got := s.callAs(token, 200, "GET", documentSets+"/"+hers, nil); len(got.at("users").([]any)) != 1 || got.text("users", 0, "user_id") != ada {
			t.Errorf("its users are %s", got.body)
		}
		// Only document sets are shown beyond one's own.
		s.callAs(token, 404, "GET", workspaces+"/"+hers, nil)
	}
	sees(adas, "Ada's")
	sees(stranger)
	s.callAs(adas, 403, "GET", documentSets+"/"+mine, nil)
	s.call(201, "POST", workspaces+"/"+mine+"/members", map[string]any{"userId": ada, "role": "VIEWER"})
	sees(adas, "My documents", "Ada's")
	if got := s.callAs(adas, 200, "GET", documentSets+"/"+mine, nil); len(got.at("users").([]any)) != 2 || got.text("users", 1, "email") != "ada@example.org" {
		t.Errorf("its users are %s", got.body)
	}
	if one := s.set(adas, mine); one["version"] != 2.0 {
		t.Errorf("with another user it is %v", one)
	}
	s.call(200, "DELETE", workspaces+"/"+mine+"/members/"+ada, nil)
	sees(adas, "Ada's")
	if one := s.set(s.owner, mine); one["version"] != 3.0 {
		t.Errorf("with one user less it is %v", one)
	}
}

func TestADatabaseThatFailsIs500(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Mine"}).text("document_set_id")
	s.settle()
	s.within("ALTER TABLE member RENAME TO mislaid")
	defer s.within("ALTER TABLE mislaid RENAME TO member")
	for _, got := range []reply{s.call(500, "GET", documentSets, nil), s.call(500, "GET", documentSets+"/"+id, nil), s.call(500, "POST", documentSets, map[string]any{"workspace_name": "x"})} {
		if said := detail(got); said == "" || strings.Contains(said, "member") || strings.Contains(said, "SQL") {
			t.Errorf("it says %q", said)
		}
	}
}

func TestDocumentSetsAnswerWithAndWithoutASlash(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.call(201, "POST", documentSets+"/", map[string]any{"workspace_name": "Mine"}).text("document_set_id")
	s.call(200, "GET", documentSets+"/", nil)
	s.call(200, "GET", documentSets+"/"+id+"/", nil)
}

// TestALargeDocumentSet holds that a set of 100,000 documents is answered in seconds, where quadratic work would take hours.
func TestALargeDocumentSet(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes 100,000 rows")
	}
	s := started(t)
	const documents = 100_000
	id := s.call(201, "POST", documentSets, map[string]any{"workspace_name": "Large"}).text("document_set_id")
	s.within(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO content (id, workspace, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, stale)
		SELECT printf('01890000-0000-7000-8000-%012d', i), w.key, i || '.txt', i || '.txt', 'text/plain', 1, x'00', 'folder', u.id, 1700000000 + i, 1700000000, 0
		FROM n, workspace w, user u WHERE w.id = ?`, documents, id)
	// Not held against the document: that alone would take ten times as long.
	begin := time.Now()
	got := s.send(s.request("GET", documentSets+"/"+id, nil))
	list := s.send(s.request("GET", documentSets, nil))
	t.Logf("answered in %v", time.Since(begin))
	if n := len(got.at("document_set").([]any)); got.status != 200 || n != documents || got.text("document_set", documents-1, "document_name") != "100000.txt" {
		t.Errorf("it has %d documents", n)
	}
	if one := list.at("document_sets", 1).(map[string]any); len(one["documents"].([]any)) != documents {
		t.Errorf("in the list it has %d", len(one["documents"].([]any)))
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("answered in %v", took)
	}
}

func TestTheExamplesOfDocumentSetsWork(t *testing.T) {
	t.Parallel()
	s := started(t)
	id := s.example("createDocumentSet", nil).text("document_set_id")
	s.imported("", "lease.txt", "The lease ends in May.") // of the default one, which stands first
	s.imported(id, "lease.txt", "The lease ends in May.")
	s.example("listDocumentSets", nil)
	s.example("getDocumentSet", map[string]string{"document_set_id": id})
}

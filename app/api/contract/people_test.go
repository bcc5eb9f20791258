package contract

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // its driver, for looking into a data directory past the program

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// user makes a user of the organization and a token that may do all that its user may.
func (s *server) user(email string, standing catalog.OrganizationRole) (id, token string) {
	s.Helper()
	u, err := s.node.Engine().AddUser(s.asOwner(), email, standing)
	if err != nil {
		s.Fatal(err)
	}
	return u.ID, s.token(engine.TokenSpec{UserEmail: email})
}

// member makes a user who is a member of a workspace of the owner.
func (s *server) member(workspaceID, email string, role catalog.Role) (id, token string) {
	s.Helper()
	id, token = s.user(email, catalog.OrganizationMember)
	if _, err := s.node.Engine().AddMember(s.asOwner(), workspaceID, engine.MemberSpec{UserID: id, Role: role}); err != nil {
		s.Fatal(err)
	}
	return id, token
}

// within runs a statement in the server's database, past the program: what no API can bring about.
func (s *server) within(query string, args ...any) {
	s.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "sheaf.db")+"?_busy_timeout=10000")
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		s.Fatalf("%s: %v", query, err)
	}
}

// deadTokens are secrets that are refused, by the reason.
func (s *server) deadTokens() map[string]string {
	s.Helper()
	core, owner := s.node.Engine(), s.asOwner()
	revoked, revokedSecret, err := core.CreateToken(owner, engine.TokenSpec{})
	if err != nil {
		s.Fatal(err)
	}
	if err := core.RevokeToken(owner, revoked.ID); err != nil {
		s.Fatal(err)
	}
	expired, expiredSecret, err := core.CreateToken(owner, engine.TokenSpec{})
	if err != nil {
		s.Fatal(err)
	}
	s.within("UPDATE token SET expires_at = created_at - 1 WHERE id = ?", expired.ID)
	gone, goneSecret := s.user("gone@example.org", catalog.OrganizationMember)
	if err := core.RemoveUser(owner, gone); err != nil {
		s.Fatal(err)
	}
	return map[string]string{"none": "", "unknown": "shf_nonsense", "revoked": revokedSecret, "expired": expiredSecret, "of a removed user": goneSecret}
}

// withKey is the request of whoever has a token, sent in x-api-key.
func (s *server) withKey(token, method, path string, body any) *http.Request {
	s.Helper()
	r := s.request(method, path, body)
	r.Header.Del("Authorization")
	r.Header.Set("x-api-key", token)
	return r
}

// has demands exactly these members of an object.
func has(t *testing.T, object any, names ...string) {
	t.Helper()
	var got []string
	for name := range object.(map[string]any) {
		got = append(got, name)
	}
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("the members are %v, want %v", got, names)
	}
}

// unknownIDs are ids that nothing has, malformed ones among them.
var unknownIDs = []string{"01890a5d-ac96-774b-bcce-b302099a8057", "nothing", "01890A5D-AC96-774B-BCCE-B302099A8057", "1", "%00", "%FF", "..%2F..%2Fetc", "sds-00000000", strings.Repeat("a", 3000)}

// look tells how many rows tables of the server's database have.
func (s *server) look(tell func(table string, rows int), tables ...string) {
	s.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "sheaf.db")+"?_busy_timeout=10000&mode=ro")
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	for _, table := range tables {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			s.Fatalf("%s: %v", table, err)
		}
		tell(table, n)
	}
}

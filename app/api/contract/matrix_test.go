package contract

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/app/api/desk"
	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestEveryCallerGetsTheDocumentedAnswer sends every operation of the published families as every kind of caller. What
// must be answered follows from the table of routes (the ability and the action that an operation needs), from the
// policy, and from the family's own statuses; what differs stands in exceptions.
func TestEveryCallerGetsTheDocumentedAnswer(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	for _, family := range node.Families() {
		if family.Family.Base == desk.Base {
			continue
		}
		for _, route := range family.Routes {
			if route.Access == web.Anyone {
				continue // links carry their own credential; their tests are in shares_test.go
			}
			attempt, known := attempts[route.Name]
			if !known {
				t.Errorf("%s has no attempt in this test", route.Name)
				continue
			}
			for _, c := range m.callers {
				m.try(family.Family, route, c, attempt)
			}
		}
	}
}

// caller is somebody who calls.
type caller struct {
	name   string
	user   catalog.User
	role   catalog.Role // in the workspaces of the matrix
	token  string
	refuse catalog.Code // whatever the operation; "": the role decides
}

// matrix is a server with somebody of each kind.
type matrix struct {
	*server
	callers   []caller
	workspace catalog.Workspace
	names     int
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{server: started(t)}
	m.owner, m.silent = m.agentToken(), true
	for _, role := range append(catalog.Roles, catalog.RoleNone) {
		user, err := m.node.Engine().AddUser(m.asOwner(), strings.ToLower(string(role))+"x@example.org", "")
		if err != nil {
			t.Fatal(err)
		}
		name := string(role)
		if role == catalog.RoleNone {
			name = "stranger"
		}
		m.callers = append(m.callers, caller{name: name, user: user, role: role, token: m.token(engine.TokenSpec{UserEmail: user.Email})})
	}
	owner := m.callers[len(catalog.Roles)-1]
	able := m.token(engine.TokenSpec{UserEmail: owner.user.Email, Abilities: []string{"sync"}})
	m.callers = append(m.callers,
		caller{name: "OWNER with a token for something else", user: owner.user, token: able, refuse: catalog.Denied},
		caller{name: "OWNER with a token that has ended", user: owner.user, token: m.ended(owner.user.Email), refuse: catalog.Unauthenticated},
		caller{name: "nobody", refuse: catalog.Unauthenticated})
	m.workspace = m.shared()
	return m
}

// ended is a token that has been revoked.
func (m *matrix) ended(email string) string {
	m.Helper()
	token, secret, err := m.node.Engine().CreateToken(m.asOwner(), engine.TokenSpec{UserEmail: email})
	if err != nil {
		m.Fatal(err)
	}
	if err := m.node.Engine().RevokeToken(m.asOwner(), token.ID); err != nil {
		m.Fatal(err)
	}
	return secret
}

// shared is a new workspace in which every caller with a role has it.
func (m *matrix) shared() catalog.Workspace {
	m.Helper()
	w := m.server.workspace(m.name("Shared"))
	for _, c := range m.callers {
		if c.role == catalog.RoleNone {
			continue
		}
		if _, err := m.node.Engine().AddMember(m.asOwner(), w.ID, engine.MemberSpec{UserID: c.user.ID, Role: c.role}); err != nil {
			m.Fatal(err)
		}
	}
	return w
}

// name makes a name that nothing has yet.
func (m *matrix) name(noun string) string {
	m.names++
	return fmt.Sprint(noun, " ", m.names)
}

// try makes one request and holds its status to what must be answered.
func (m *matrix) try(family web.Family, route web.Route, c caller, make func(*matrix, caller) *http.Request) {
	m.Helper()
	r := make(m, c)
	r.Header.Del("Authorization")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	want := m.expected(family, route, c)
	got := m.send(r)
	if got.status != want {
		m.Errorf("%s as %s: %d, want %d: %.300s", route.Name, c.name, got.status, want, got.body)
		return
	}
	m.hold(r, got)
}

// exceptions are answers of contracts that differ from the rule, by operation and caller.
var exceptions = map[string]int{
	"getDocumentSet as stranger": http.StatusForbidden,           // the contract tells that the set is there
	"createSession as stranger":  http.StatusUnprocessableEntity, // the workspace is named by a field of the body
}

func (m *matrix) expected(family web.Family, route web.Route, c caller) int {
	if status, ok := exceptions[route.Name+" as "+c.name]; ok {
		return status
	}
	action := route.Access.Action()
	switch {
	case c.refuse != "":
		return family.Statuses[c.refuse]
	case action == "":
		return route.Statuses[0]
	case c.role == catalog.RoleNone:
		return family.Statuses[catalog.NotFound]
	case !catalog.Can(c.role, action):
		return family.Statuses[catalog.Denied]
	}
	return route.Statuses[0]
}

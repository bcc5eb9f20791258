package contract

import (
	"database/sql"
	"path/filepath"
	"strings"

	_ "github.com/mattn/go-sqlite3" // people are written beside the server, which has no way to make them yet

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// person makes somebody who has a role in the owner's default workspace, or none, and returns a token with the given
// abilities.
func (s *server) person(role catalog.Role, abilities ...string) string {
	s.Helper()
	status, err := s.node.Engine().Status(s.asOwner())
	if err != nil {
		s.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(status.DataDir, "sheaf.db")+"?_busy_timeout=10000")
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	email := strings.ToLower(string(role)) + "-" + unseenID() + "@example.org"
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO user (id, email, organization, role, created_at) VALUES (?, ?, 1, 'member', 0)", []any{unseenID(), email}},
		{"INSERT INTO member (workspace, user, role, created_at) SELECT min(w.key), u.key, ?, 0 FROM workspace w, user u WHERE u.email = ? AND ? <> '' GROUP BY u.key", []any{role, email, role}},
	} {
		if _, err := db.Exec(step.query, step.args...); err != nil {
			s.Fatal(err)
		}
	}
	return s.token(engine.TokenSpec{UserEmail: email, Abilities: abilities})
}

// imported is a new document of a workspace; an empty workspace is the owner's default one.
func (s *server) imported(workspaceID, name, text string) catalog.Content {
	s.Helper()
	content, err := s.node.Engine().Import(s.asOwner(), workspaceID, name, strings.NewReader(text))
	if err != nil {
		s.Fatal(err)
	}
	return content
}

// workspace is the owner's default workspace, or a new one when it is given a name.
func (s *server) workspace(name string) catalog.Workspace {
	s.Helper()
	w, err := s.node.Engine().ResolveWorkspace(s.asOwner(), "")
	if name != "" {
		w, err = s.node.Engine().CreateWorkspace(s.asOwner(), engine.WorkspaceSpec{Name: name})
	}
	if err != nil {
		s.Fatal(err)
	}
	return w
}

// archive closes a workspace for changes.
func (s *server) archive(id string) {
	s.Helper()
	if _, err := s.node.Engine().UpdateWorkspace(s.asOwner(), id, catalog.WorkspaceChange{IsArchived: new(true)}); err != nil {
		s.Fatal(err)
	}
}

// trash deletes a document, restore brings it back.
func (s *server) trash(id string) {
	s.Helper()
	if err := s.node.Engine().DeleteContent(s.asOwner(), id); err != nil {
		s.Fatal(err)
	}
}

func (s *server) restore(id string) {
	s.Helper()
	if err := s.node.Engine().RestoreContent(s.asOwner(), id); err != nil {
		s.Fatal(err)
	}
}

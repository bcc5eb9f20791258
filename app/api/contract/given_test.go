package contract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// person makes somebody who has a role in the owner's default workspace, or none, and returns a token with the given
// abilities.
func (s *server) person(role catalog.Role, abilities ...string) string {
	s.Helper()
	user, err := s.node.Engine().AddUser(s.asOwner(), unseenID()+"@example.org", "")
	if err != nil {
		s.Fatal(err)
	}
	if role != catalog.RoleNone {
		if _, err := s.node.Engine().AddMember(s.asOwner(), s.workspace("").ID, engine.MemberSpec{UserID: user.ID, Role: role}); err != nil {
			s.Fatal(err)
		}
	}
	return s.token(engine.TokenSpec{UserEmail: user.Email, Abilities: abilities})
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

// pause holds back reading, resume lets it go on.
func (s *server) pause() {
	s.Helper()
	if err := s.node.Engine().PauseAll(s.asOwner()); err != nil {
		s.Fatal(err)
	}
}

func (s *server) resume() {
	s.Helper()
	if err := s.node.Engine().ResumeAll(s.asOwner()); err != nil {
		s.Fatal(err)
	}
}

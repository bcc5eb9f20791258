package mcp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everywhere runs a test with an agent on the directory and without one.
func everywhere(t *testing.T, test func(t *testing.T, p place)) {
	for name, agent := range map[string]bool{"with an agent": true, "without an agent": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			if agent {
				p.serve(t)
			}
			test(t, p)
		})
	}
}

func (p place) withToken(secret string) place {
	p.env = append(p.env[:len(p.env):len(p.env)], "SHEAF_TOKEN="+secret)
	return p
}

func TestATokenMayDoWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		p.watched(t, map[string]string{"bees.txt": "The bees moved in on 4 May.\n"})
		space := p.run(t, "workspace", "list")["workspaces"].([]any)[0].(map[string]any)
		query, _ := p.token(t, "--ability", "content-query")
		read, _ := p.token(t, "--ability", "content-read")
		list, _ := p.token(t, "--ability", "workspaces-read")

		asking := p.withToken(query).connect(t)
		var r found
		asking.call(t, "search", map[string]any{"query": "bees"}, &r)
		if len(r.Hits) != 1 {
			t.Fatalf("%+v", r)
		}
		id := r.Hits[0].ContentID
		asking.call(t, "ask", map[string]any{"question": "When did the bees move in?", "workspace": space["id"]}, nil)
		refusals := []string{
			asking.refused(t, "search", map[string]any{"query": "bees", "workspace": space["name"]}), // by name it would list
			asking.refused(t, "list_workspaces", nil),
			asking.refused(t, "fetch_document", map[string]any{"id": id}),
		}
		asking.end(t)

		reading := p.withToken(read).connect(t)
		reading.call(t, "fetch_document", map[string]any{"id": id}, nil)
		refusals = append(refusals, reading.refused(t, "search", map[string]any{"query": "bees"}), reading.refused(t, "ask", map[string]any{"question": "bees"}))
		reading.end(t)

		listing := p.withToken(list).connect(t)
		listing.call(t, "list_workspaces", nil, nil)
		refusals = append(refusals, listing.refused(t, "search", map[string]any{"query": "bees"}))
		for _, said := range refusals {
			if !strings.HasPrefix(said, "This token ") || !strings.HasSuffix(said, ".") {
				t.Errorf("a refusal says %q", said)
			}
		}
	})
}

func TestATokenOfOneWorkspaceSeesNoOther(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		p.watched(t, map[string]string{"mine.txt": "Compost of my own.\n"})
		club := p.run(t, "workspace", "create", "Club")["id"].(string)
		p.run(t, "folder", "add", folder(t, map[string]string{"club.txt": "Compost for the club.\n"}), "--workspace", club)
		p.run(t, "wait")
		var mine found
		owner := p.connect(t)
		owner.call(t, "search", map[string]any{"query": "compost", "filter": map[string]any{"fileName": "mine.txt"}}, &mine)
		owner.end(t)
		secret, _ := p.token(t, "--workspace", club)

		a := p.withToken(secret).connect(t)
		var r found
		var list listed
		a.call(t, "search", map[string]any{"query": "compost"}, &r)
		a.call(t, "list_workspaces", nil, &list)
		if len(r.Hits) != 1 || r.Hits[0].WorkspaceID != club || len(list.Workspaces) != 1 || list.Workspaces[0].ID != club {
			t.Errorf("%+v %+v", r, list)
		}
		for _, said := range []string{
			a.refused(t, "search", map[string]any{"query": "compost", "workspace": mine.Hits[0].WorkspaceID}),
			a.refused(t, "fetch_document", map[string]any{"id": mine.Hits[0].ContentID}),
		} {
			if !strings.HasPrefix(said, "There is no ") {
				t.Errorf("what it may not know of: %q", said)
			}
		}
	})
}

func TestAnEndedTokenEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.serve(t)
	secret, id := p.token(t)
	a := p.withToken(secret).connect(t)
	a.call(t, "list_workspaces", nil, nil)
	p.run(t, "token", "revoke", id)
	if said := a.refused(t, "list_workspaces", nil); !strings.Contains(said, "revoked") {
		t.Error(said)
	}
	guessed := p.withToken("guess").connect(t)
	guessed.refused(t, "search", map[string]any{"query": "x"})
}

func TestATokenComesFromAFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	list, _ := p.token(t, "--ability", "workspaces-read")
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(list+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := p.withToken("the option beats this").connect(t, "--token-file", file)
	a.call(t, "list_workspaces", nil, nil)
	a.refused(t, "search", map[string]any{"query": "x"})
}

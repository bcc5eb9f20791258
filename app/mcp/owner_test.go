package mcp_test

import (
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/node"
)

// finds searches for a word until it is found.
func (a assistant) finds(t *testing.T, word string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for range time.Tick(50 * time.Millisecond) {
		var r found
		if a.call(t, "search", map[string]any{"query": word}, &r); len(r.Hits) > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q is not found", word)
		}
	}
}

// owner is the process that others reach over the directory's agent file.
func (p place) owner(t *testing.T) int {
	t.Helper()
	a, ok := node.ReadAgent(p.dir)
	if !ok {
		t.Fatal("nobody can be reached")
	}
	return a.PID
}

func TestWithoutAnAgentItReadsAndServesItself(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.run(t, "folder", "add", folder(t, map[string]string{"bees.txt": "The bees moved in on 4 May.\n"}))
	a := p.connect(t)
	if p.owner(t) != a.process.Process.Pid {
		t.Error("it does not own the directory")
	}
	a.finds(t, "bees")
	p.run(t, "folder", "add", folder(t, map[string]string{"wasps.txt": "The wasps stayed away.\n"})) // through it
	a.finds(t, "wasps")
	a.end(t)
	if _, ok := node.ReadAgent(p.dir); ok || a.logs.Len() > 0 {
		t.Errorf("what it leaves behind: an agent file %v, %s", ok, a.logs)
	}
}

func TestItOutlivesTheAgent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	stop := p.serve(t)
	p.watched(t, map[string]string{"bees.txt": "The bees moved in on 4 May.\n"})
	secret, _ := p.token(t)
	mine, token := p.connect(t), p.withToken(secret).connect(t)
	mine.finds(t, "bees")
	token.finds(t, "bees")

	stop() // and another takes its place, at another address and with another token of its own
	again := p.serve(t)
	mine.finds(t, "bees")
	token.finds(t, "bees")

	again() // and nobody does: the first that is asked takes the directory, and the other finds it
	mine.finds(t, "bees")
	if p.owner(t) != mine.process.Process.Pid {
		t.Error("it does not own the directory")
	}
	token.finds(t, "bees")
	mine.end(t)
	token.finds(t, "bees")
	if p.owner(t) != token.process.Process.Pid {
		t.Error("the other does not own the directory now")
	}
}

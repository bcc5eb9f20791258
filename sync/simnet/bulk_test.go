package simnet

import (
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// [syncthing, rclone] A bulk deletion that comes from elsewhere stops and asks. A person's word lets it through once.
func TestBulkDeletionThatComesAsks(t *testing.T) {
	t.Parallel()
	b, one, two := bulkDeletion(t)
	if n := len(b.shown(two.store)); n != 100 {
		t.Fatalf("%d documents are left before anybody was asked", n)
	}
	s := b.status(two)
	if s.State != catalog.SyncAsking || len(s.Questions) != 1 || s.Questions[0].Kind != catalog.AskDeletionsIn || s.Questions[0].Count != 60 || s.Questions[0].Of != 100 || len(s.Questions[0].Names) == 0 {
		t.Fatalf("status %+v", s)
	}
	b.create(two, "meanwhile")
	_ = b.try(two) // still asks, and sends what is here
	b.start(two)   // it asks again after a restart
	_ = b.try(two)
	if err := two.session.peer.Answer(b.status(two).Questions[0].ID, true); err != nil {
		t.Fatal(err)
	}
	b.settle()
	if n := len(b.shown(one.store)); n != 41 {
		t.Errorf("%d documents are left", n)
	}
	if err := two.session.peer.Answer(s.Questions[0].ID, true); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("an answer to nothing: %v", err)
	}
}

func TestBulkDeletionThatComesIsDeclined(t *testing.T) {
	t.Parallel()
	b, _, two := bulkDeletion(t)
	if err := two.session.peer.Answer(b.status(two).Questions[0].ID, false); err != nil {
		t.Fatal(err)
	}
	b.settle()
	for _, r := range b.replicas() {
		if n := len(b.shown(r)); n != 100 {
			t.Errorf("%d documents are left", n)
		}
	}
}

// bulkDeletion lets somebody with consent delete 60 of 100 documents, and another device hear of it.
func bulkDeletion(t *testing.T) (b *bench, one, two *client) {
	b = newBench(t, 2)
	one, two = b.clients[0], b.clients[1]
	b.create(one, numbered("n", 100)...)
	b.settle()
	b.delete(one, numbered("n", 60)...)
	if err := b.try(one); err == nil {
		t.Fatal("60 deletions went to the hub and nobody was asked")
	}
	if n := len(b.shown(b.hub.store)); n < 50 {
		t.Fatalf("the hub has %d documents left", n)
	}
	q := b.status(one).Questions
	if len(q) != 1 || q[0].Kind != catalog.AskDeletionsOut {
		t.Fatalf("questions %+v", q)
	}
	if err := one.session.peer.Answer(q[0].ID, true); err != nil {
		t.Fatal(err)
	}
	b.sync(one)
	if n := len(b.shown(b.hub.store)); n != 40 {
		t.Fatalf("the hub has %d documents after the answer", n)
	}
	if err := b.try(two); err == nil {
		t.Fatal("60 deletions were applied and nobody was asked")
	}
	return b, one, two
}

// Deletions that are held back hold nothing else, and stay here when a person says no.
func TestBulkDeletionThatGoesIsDeclined(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, numbered("n", 100)...)
	b.settle()
	b.delete(one, numbered("n", 90)...)
	b.create(one, "new")
	_ = b.try(one)
	if err := one.session.peer.Answer(b.status(one).Questions[0].ID, false); err != nil {
		t.Fatal(err)
	}
	_ = b.try(one)
	s := b.status(one)
	if len(s.Questions) != 0 || len(s.SetAside) < 40 {
		t.Errorf("%d questions, %d set aside", len(s.Questions), len(s.SetAside))
	}
	b.sync(two)
	if got := b.blobs(two.store, "new"); len(got) != 1 {
		t.Error("what is new was held back as well")
	}
	if n := len(b.shown(two.store)); n < 51 {
		t.Errorf("%d documents are left elsewhere", n)
	}
}

// Many small deletions are a bulk deletion too.
func TestBulkDeletionInSmallParts(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	one := b.clients[0]
	names := numbered("n", 100)
	b.create(one, names...)
	b.settle()
	for part := range slices.Chunk(names, 10) {
		b.delete(one, part...)
		_ = b.try(one)
	}
	if n := len(b.shown(b.hub.store)); n < 40 {
		t.Errorf("the hub has %d documents left", n)
	}
	if q := b.status(one).Questions; len(q) != 1 {
		t.Errorf("questions %+v", q)
	}
}

// Fifty deletions are an ordinary day, and so is a fifth of many.
func TestFewDeletionsDoNotAsk(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	b.create(b.clients[0], numbered("n", 300)...)
	b.settle()
	b.delete(b.clients[0], numbered("n", 60)...)
	b.settle()
	if n := len(b.shown(b.hub.store)); n != 240 {
		t.Errorf("%d documents are left", n)
	}
}

package simnet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// bench is a hub and clients whose story a test tells step by step, over a good connection.
type bench struct {
	*testing.T
	*sim
	intercept func(m message) *response // nil, or an answer in the place of the hub's
}

func newBench(t *testing.T, clients int) *bench { return newBenchWithout(t, clients, 0) }

func newBenchWithout(t *testing.T, clients int, rule replica.Rule) *bench {
	s := &sim{r: rand.New(rand.NewPCG(1, 1)), time: time.UnixMilli(1_800_000_000_000)}
	s.options.New = inMemory
	s.options.Trace = t.Logf
	s.options.Rules.Without = rule
	s.random = &chance{s.r}
	s.oracle.begin()
	s.hub.store = inMemory("hub", s.now, s.random)
	s.hub.store.Open(workspace)
	s.startHub()
	b := &bench{T: t, sim: s}
	s.intercept = func(m message) *response {
		if b.intercept == nil {
			return nil
		}
		return b.intercept(m)
	}
	for range clients {
		b.join()
	}
	t.Cleanup(func() {
		s.close()
		if s.broken != nil {
			t.Error(s.broken)
		}
	})
	return b
}

// join adds a device of a new person, whose clock is right.
func (b *bench) join() *client {
	c := b.newClient("")
	c.skew = 0
	b.clients = append(b.clients, c)
	b.start(c)
	return c
}

// start begins the client's program anew, with pages and pushes of usual size.
func (b *bench) start(c *client) *session {
	if c.session != nil {
		c.session.crash()
	}
	x := b.newSession(c)
	x.reliable = true
	x.peer.PageItems, x.peer.PushItems = protocol.MaxPageItems, protocol.MaxPushItems
	c.session = x
	return x
}

// sync runs a round that must end well.
func (b *bench) sync(clients ...*client) {
	b.Helper()
	for _, c := range clients {
		if err := b.try(c); err != nil {
			b.Fatalf("%s: %v", c.name, err)
		}
	}
}

func (b *bench) try(c *client) error {
	b.time = b.time.Add(time.Second)
	return b.once(c.session)
}

// everybody syncs until nothing moves, and all must agree.
func (b *bench) settle() {
	b.Helper()
	for range 4 {
		for _, c := range b.clients {
			_ = b.try(c) // the last round is the one that counts
		}
	}
	b.sync(b.clients...)
	hub := b.shown(b.hub.store)
	for _, c := range b.clients {
		if here := b.shown(c.store); fmt.Sprint(here) != fmt.Sprint(hub) {
			b.Fatalf("%s shows %v, the hub %v", c.name, here, hub)
		}
	}
}

func (b *bench) update(r Replica, change func(tx catalog.ItemTx)) {
	b.Helper()
	err := r.UpdateItems(context.Background(), workspace, func(tx catalog.ItemTx) error {
		change(tx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// create writes documents, each with bytes of its own: their ids are their names.
func (b *bench) create(c *client, names ...string) {
	b.Helper()
	b.update(c.store, func(tx catalog.ItemTx) {
		for _, name := range names {
			item := catalog.Item{ID: name, Kind: catalog.KindContent, WorkspaceID: workspace}
			item = item.Write(tx.Dot(), "bytes of "+name, nil).Set("fileName", `"`+name+`"`, tx.Stamp())
			c.blobs["bytes of "+name] = true
			b.put(tx, item)
		}
	})
}

func (b *bench) put(tx catalog.ItemTx, item catalog.Item) {
	b.Helper()
	if err := tx.Put(item, catalog.OriginLocal); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) item(r Replica, id string) (item catalog.Item, ok bool) {
	b.Helper()
	err := r.ViewItems(context.Background(), workspace, func(view catalog.ItemView) (err error) {
		item, ok, err = view.Item(id)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return item, ok
}

// edit replaces all versions that the client shows.
func (b *bench) edit(c *client, id, blob string) {
	b.Helper()
	item, _ := b.item(c.store, id)
	c.blobs[blob] = true
	b.update(c.store, func(tx catalog.ItemTx) { b.put(tx, item.Write(tx.Dot(), blob, item.Dots())) })
}

func (b *bench) set(c *client, id, field, value string) {
	b.Helper()
	item, _ := b.item(c.store, id)
	b.update(c.store, func(tx catalog.ItemTx) { b.put(tx, item.Set(field, value, tx.Stamp())) })
}

func (b *bench) delete(c *client, ids ...string) {
	b.Helper()
	for _, id := range ids {
		item, _ := b.item(c.store, id)
		b.update(c.store, func(tx catalog.ItemTx) { b.put(tx, item.Delete(item.Dots())) })
	}
}

// blobs are the bytes that an item shows, in order.
func (b *bench) blobs(r Replica, id string) []string {
	b.Helper()
	item, _ := b.item(r, id)
	var blobs []string
	for _, v := range item.Versions {
		blobs = append(blobs, v.Blob)
	}
	slices.Sort(blobs)
	return blobs
}

// shows fails unless an item has these bytes everywhere.
func (b *bench) shows(id string, want ...string) {
	b.Helper()
	for _, r := range b.replicas() {
		if got := b.blobs(r, id); !slices.Equal(got, want) {
			b.Errorf("%s shows %q, not %q", id, got, want)
		}
	}
}

func (b *bench) status(c *client) catalog.FeedSync { return c.session.peer.Status().Feeds[workspace] }

func isPush(m message) bool {
	return m.method == http.MethodPost && m.url.Path == protocol.Base+"/feeds/"+workspace
}

func isPull(m message) bool {
	return m.method == http.MethodGet && m.url.Path == protocol.Base+"/feeds/"+workspace
}

func answering(status int, body string, header ...string) *response {
	r := &response{status: status, header: http.Header{}}
	for n := 0; n+1 < len(header); n += 2 {
		r.header.Set(header[n], header[n+1])
	}
	r.body.WriteString(body)
	return r
}

func numbered(name string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%03d", name, i)
	}
	return list
}

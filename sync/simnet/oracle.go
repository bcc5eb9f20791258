package simnet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// oracle knows what people did and nothing of how it is merged: each write makes bytes that are like no others, and
// replaces or deletes writes that its writer saw.
type oracle struct {
	blobs    int
	writes   []*written                   // in the order of their making
	of       map[catalog.Version]*written // the same bytes may have been written again by a copy of a device
	lineages map[*client]*client          // a clone's original
}

// written is one write.
type written struct {
	catalog.Version // its bytes, empty for a deletion
	by              *client
	over            []*written // what it replaced or, without a blob, deleted
	gone            bool       // replaced or deleted by somebody who saw it
	mayLive         bool       // whoever replaced it may have been undone
	mayBeOff        bool       // its writer was put back to a time before it
}

func (o *oracle) begin() {
	o.of = map[catalog.Version]*written{}
	o.lineages = map[*client]*client{}
}

func (o *oracle) newBlob() string {
	o.blobs++
	return fmt.Sprintf("b10b%04x", o.blobs) // a store keeps hashes as bytes
}

// replaces notes that a client's person has replaced or deleted what was there.
func (o *oracle) replaces(old []catalog.Version) (over []*written) {
	for _, v := range old {
		was := o.of[v]
		if was == nil { // by a new identity, whose round is not over
			was = o.written(nil, v.Blob, v.Dot)
		}
		was.gone = true
		over = append(over, was)
	}
	return over
}

func (o *oracle) written(c *client, blob string, dot catalog.Dot, over ...*written) *written {
	w := &written{by: c, over: over}
	o.writes = append(o.writes, w)
	w.Version = catalog.Version{Dot: dot, Blob: blob}
	for was := range o.of {
		if was.Blob == blob { // under its old name nobody else need have heard of it
			o.of[was].mayBeOff = true
		}
	}
	o.of[w.Version] = w
	return w
}

func (o *oracle) writesOf(c *client) (list []*written) {
	for _, w := range o.writes {
		if w.by == c {
			list = append(list, w)
		}
	}
	return list
}

// uncertain notes that a client loses what it did since: nobody else need have heard of it.
func (o *oracle) uncertain(c *client, since int) {
	for _, w := range o.writesOf(c)[since:] {
		w.mayBeOff = true
		for _, was := range w.over {
			was.mayLive = true
		}
	}
}

func (o *oracle) cloned(c, twin *client) { o.lineages[twin] = c }

// hasTwin reports whether a client is a clone or has been cloned.
func (o *oracle) hasTwin(c *client) bool {
	for twin, original := range o.lineages {
		if twin == c || original == c {
			return true
		}
	}
	return false
}

// watch looks at a client before something runs and again after it. One that has taken a new identity meanwhile has
// written again, as its own, what it held of its last writes: they are there anew, whoever had replaced them elsewhere.
func (s *sim) watch(c *client) func() {
	before := s.deviceOf(c)
	return func() {
		after := s.deviceOf(c)
		for v := range s.liveOf(c.store) {
			if v.Device == after && s.of[v] == nil {
				s.written(c, v.Blob, v.Dot)
			}
		}
		if before == after {
			return
		}
		s.options.Trace("NEW DEVICE %s %s -> %s", c.name, before, after)
		for _, w := range s.writes { // what was replaced under the old name may be there by the hand of the other one
			for _, was := range w.over {
				was.mayLive = was.mayLive || was.Device == before
			}
		}
	}
}

func (s *sim) deviceOf(c *client) string {
	device, err := c.store.Device(context.Background())
	if err != nil {
		s.broken = err
	}
	return device.ID
}

// itemsOf are all items of a replica.
func (s *sim) itemsOf(r Replica) (items []catalog.Item) {
	err := r.ViewItems(context.Background(), workspace, func(view catalog.ItemView) (err error) {
		items, err = view.Since(0, 1_000_000)
		return err
	})
	if err != nil {
		s.broken = err
	}
	return items
}

func (s *sim) liveOf(r Replica) map[catalog.Version]bool {
	live := map[catalog.Version]bool{}
	for _, item := range s.itemsOf(r) {
		for _, v := range item.Versions {
			live[v] = true
		}
	}
	return live
}

// checkRoles holds the hub to the roles of the moment: a push of somebody who may not write changes nothing.
func (s *sim) checkRoles(m message) {
	if m.method != http.MethodPost || !strings.HasSuffix(m.url.Path, "/feeds/"+workspace) {
		return
	}
	user, _ := strings.CutPrefix(m.header.Get("Authorization"), "Bearer ")
	err := s.hub.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) error {
		role, err := view.Role(user)
		if err != nil {
			return err
		}
		head, err := view.Head()
		if !catalog.Can(role, catalog.ActionWriteContents) && head != s.headBefore {
			return fmt.Errorf("ROLE: %s is %q and has changed the hub", user, role)
		}
		return err
	})
	if err != nil && catalog.CodeOf(err) != catalog.NotFound {
		s.broken = err
	}
}

// lackingBytes reports whether some client has an item that cannot travel.
func (s *sim) lackingBytes() bool {
	return slices.ContainsFunc(s.clients, func(c *client) bool {
		return slices.ContainsFunc(s.itemsOf(c.store), c.lacksBytesOf)
	})
}

// lacksBytesOf reports whether an item cannot travel from here: neither this client nor the hub has its bytes.
func (c *client) lacksBytesOf(item catalog.Item) bool {
	return slices.ContainsFunc(item.Versions, func(v catalog.Version) bool { return !c.blobs[v.Blob] && !c.sim.hubHas(v.Blob) })
}

func (s *sim) anywhere(blob string) bool {
	return s.hubHas(blob) || slices.ContainsFunc(s.clients, func(c *client) bool { return c.blobs[blob] })
}

// stuck are the ids of items that cannot travel from some client: what is done to them there is not heard of elsewhere.
func (s *sim) stuck() map[string]bool {
	ids := map[string]bool{}
	for _, c := range s.clients {
		for _, item := range s.itemsOf(c.store) {
			ids[item.ID] = ids[item.ID] || c.lacksBytesOf(item)
		}
	}
	return ids
}

// shown is what people see of a replica: per live item its bytes and fields. Items that are stuck are left out.
func (s *sim) shown(r Replica) map[string]string {
	stuck := s.stuck()
	seen := map[string]string{}
	for _, item := range s.itemsOf(r) {
		if !item.Deleted() && !stuck[item.ID] {
			seen[item.ID] = fmt.Sprint(item.Versions, item.Fields)
		}
	}
	return seen
}

// verdict looks at what is there when nothing moves any more.
func (s *sim) verdict() error {
	if s.broken != nil {
		return s.broken
	}
	atHub := s.shown(s.hub.store)
	for _, c := range s.clients {
		if here := s.shown(c.store); !maps.Equal(here, atHub) {
			return fmt.Errorf("DIVERGED: %s has %v, the hub %v", c.name, here, atHub)
		}
		for _, item := range s.itemsOf(c.store) {
			if item.Dirty && !c.lacksBytesOf(item) {
				return fmt.Errorf("DIRTY: %s still has to send %s", c.name, item.ID)
			}
		}
	}
	live := map[string]bool{}
	for v := range s.liveOf(s.hub.store) {
		if live[v.Blob] = true; !s.hubHas(v.Blob) {
			return fmt.Errorf("DANGLING: the hub has an item with %s and not its bytes", v.Blob)
		}
	}
	return s.leaves(live)
}

// leaves holds what lives against the leaves of the graph of writes.
func (s *sim) leaves(live map[string]bool) error {
	needed, allowed := map[string]bool{}, map[string]bool{}
	stuck, held := s.stuck(), map[string]bool{} // held are the bytes of items that are stuck, wherever
	for _, r := range s.replicas() {
		for _, item := range s.itemsOf(r) {
			for _, v := range item.Versions {
				held[v.Blob] = held[v.Blob] || stuck[item.ID]
			}
		}
	}
	for _, w := range s.writes {
		needed[w.Blob] = needed[w.Blob] || !w.gone && !w.mayBeOff
		allowed[w.Blob] = allowed[w.Blob] || !w.gone || w.mayLive
	}
	var wrong []error
	for _, blob := range slices.Sorted(maps.Keys(needed)) {
		switch {
		case blob == "" || held[blob]:
		case needed[blob] && !live[blob] && s.anywhere(blob):
			wrong = append(wrong, fmt.Errorf("LOST %s", blob))
		case !allowed[blob] && live[blob]:
			wrong = append(wrong, fmt.Errorf("RESURRECTED %s", blob))
		}
	}
	return errors.Join(wrong...)
}

package simnet

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// plan is what one history is made of: weights that are drawn once for each seed, because a mix that is the same for all
// misses what a rare one finds.
type plan struct {
	steps      []func(*client)
	weights    []int
	total      int
	few        int  // live items there are at most before others are changed instead
	lagging    bool // the first client is mostly away
	wildClocks bool
}

func newPlan(s *sim) plan {
	pick := func(of ...int) int { return of[s.r.IntN(len(of))] }
	restores, buries := s.r.IntN(4) > 0, s.r.IntN(4) > 0
	copies, roles, drops := s.r.IntN(4) == 0, s.r.IntN(6) == 0, s.r.IntN(6) == 0
	only := func(on bool, weight int) int {
		if !on {
			return 0
		}
		return weight
	}
	p := plan{few: pick(1, 2, 2, 3, 6), lagging: s.r.IntN(3) == 0, wildClocks: s.r.IntN(6) == 0}
	add := func(weight int, step func(*client)) {
		p.steps, p.weights, p.total = append(p.steps, step), append(p.weights, weight), p.total+weight
	}
	add(pick(10, 22, 40), s.edit)
	add(pick(4, 12, 20), s.begin)
	add(pick(10, 34, 50), s.goOn)
	add(pick(0, 5, 10), func(*client) { s.arrive() })
	add(pick(0, 2, 4), s.crash)
	add(pick(2, 5, 20, 40), func(c *client) { s.syncWell(c, false) })
	add(pick(0, 3, 10), func(c *client) { s.syncWell(c, true) })
	add(only(restores, pick(1, 2, 5)), func(*client) { s.backup() })
	add(only(restores, pick(0, 1, 3)), func(*client) { s.restore() })
	add(only(buries, pick(0, 2, 6)), func(*client) { s.bury() })
	add(pick(0, 1), func(*client) { s.late = nil })
	add(pick(0, 0, 1, 2), s.retire)
	add(only(copies, pick(1, 3)), s.copyClient)
	add(only(copies, pick(1, 2)), s.restoreClient)
	add(only(copies, pick(0, 1)), s.cloneClient)
	add(only(roles, pick(1, 3)), s.changeRole)
	add(only(drops, pick(2, 6)), s.dropBytes)
	add(pick(0, 0, 0, 3, 30), s.haunt)
	s.meddling = s.r.IntN(2) == 0
	s.clientFails, s.hubFails = pick(0, 0, 60, 200), pick(0, 0, 60, 200)
	return p
}

// step lets one thing happen.
func (s *sim) step() {
	c := s.clients[s.r.IntN(len(s.clients))]
	if s.plan.lagging && c == s.clients[0] && s.r.IntN(8) != 0 {
		c = s.clients[len(s.clients)-1]
	}
	s.time = s.time.Add(time.Duration(s.r.IntN(5)) * time.Millisecond)
	x := s.r.IntN(s.plan.total)
	for n, weight := range s.plan.weights {
		if x -= weight; x < 0 {
			s.plan.steps[n](c)
			return
		}
	}
}

// edit is a person at work: something new, a version replaced, several at once, a field, a deletion.
func (s *sim) edit(c *client) {
	kind := s.r.IntN(10)
	err := c.store.UpdateItems(context.Background(), workspace, func(tx catalog.ItemTx) error {
		items, err := tx.Since(0, 1_000_000)
		if err != nil {
			return err
		}
		live := slices.DeleteFunc(items, catalog.Item.Deleted)
		slices.SortFunc(live, byID)
		if len(live) == 0 || kind < 3 && len(live) < s.plan.few {
			blob := s.newBlob()
			item := catalog.Item{ID: "n" + blob, Kind: catalog.KindContent, WorkspaceID: workspace}
			return s.write(c, tx, item, nil, blob)
		}
		item := live[s.r.IntN(len(live))]
		old := []catalog.Version{item.Versions[s.r.IntN(len(item.Versions))]}
		if len(item.Versions) > 1 && s.r.IntN(3) == 0 { // the person resolves the conflict
			old = item.Versions
		}
		switch {
		case kind < 6:
			return s.write(c, tx, item, old, s.newBlob())
		case kind < 8:
			name := []string{"title", "category", "project"}[s.r.IntN(3)]
			return tx.Put(item.Set(name, fmt.Sprint(s.r.IntN(100)), tx.Stamp()), catalog.OriginLocal)
		default:
			s.written(c, "", catalog.Dot{}, s.replaces(old)...)
			return tx.Put(item.Delete(dots(old)), catalog.OriginLocal)
		}
	})
	if err != nil {
		s.broken = fmt.Errorf("a person could not write: %w", err)
	}
}

func (s *sim) write(c *client, tx catalog.ItemTx, item catalog.Item, old []catalog.Version, blob string) error {
	dot := tx.Dot()
	s.written(c, blob, dot, s.replaces(old)...)
	c.blobs[blob] = true
	s.options.Trace("WRITE %s %s %v replaces %v", c.name, item.ID, dot, old)
	return tx.Put(item.Write(dot, blob, dots(old)), catalog.OriginLocal)
}

func dots(versions []catalog.Version) []catalog.Dot { return catalog.Item{Versions: versions}.Dots() }

// begin starts a round that others may interrupt.
func (s *sim) begin(c *client) {
	x := s.session(c)
	if x.next == nil {
		x.reliable, x.pullOnly = false, s.r.IntN(3) == 0
		x.start()
		s.goOn(c)
	}
}

// goOn lets an interrupted round go on to its next pause: the client's, or that of a ghost.
func (s *sim) goOn(c *client) {
	x := c.session
	if len(s.ghosts) > 0 && s.r.IntN(3) == 0 {
		x = s.ghosts[s.r.IntN(len(s.ghosts))]
		c = x.client
	}
	if x == nil || x.next == nil {
		return
	}
	watch := s.watch(c)
	if !x.resume() {
		s.mustNotDiffer(x.client, x.err)
		x.next, x.stop = nil, nil
		s.ghosts = slices.DeleteFunc(s.ghosts, func(g *session) bool { return g == x })
	}
	watch()
}

// arrive delivers something that was doubled or given up.
func (s *sim) arrive() {
	if len(s.late) == 0 {
		return
	}
	n := s.r.IntN(len(s.late))
	m := s.late[n]
	s.late = slices.Delete(s.late, n, n+1)
	s.deliver(m)
}

func (s *sim) crash(c *client) {
	if c.session != nil {
		c.session.crash()
		c.session = nil
	}
}

// haunt starts the client's program again while the old one goes on.
func (s *sim) haunt(c *client) {
	if c.session != nil && c.session.next != nil {
		s.ghosts = append(s.ghosts, c.session)
		c.session = nil
		if s.r.IntN(2) == 0 {
			s.edit(c)
			s.syncWell(c, false)
			s.syncWell(c, s.r.IntN(2) == 0)
		}
	}
}

// exorcise ends the client's ghosts.
func (s *sim) exorcise(c *client) {
	s.ghosts = slices.DeleteFunc(s.ghosts, func(g *session) bool {
		if g.client == c {
			g.crash()
		}
		return g.client == c
	})
}

// syncWell runs a whole round over a good connection; what comes from the hub only, when pullOnly.
func (s *sim) syncWell(c *client, pullOnly bool) {
	if x := s.session(c); x.next != nil {
		s.crash(c)
	}
	x := s.session(c)
	x.reliable, x.pullOnly = true, pullOnly
	if err := s.once(x); x.dead {
		s.options.Trace("CRASH %s: %v", c.name, err)
	}
}

// meddle lets the world move while a good connection carries a request, most of all between two pages.
func (s *sim) meddle(c *client, m message) {
	rarity := 8
	if m.url.Query().Has("start") {
		rarity = 2
	}
	if !s.meddling || s.healing || s.r.IntN(rarity) != 0 {
		return
	}
	s.meddling = false
	defer func() { s.meddling = true }()
	o := s.clients[s.r.IntN(len(s.clients))]
	switch {
	case s.r.IntN(3) == 0:
		s.restore()
	case o == c:
		s.edit(c)
	default:
		s.syncWell(o, true)
		if s.plan.weights[7] > 0 && s.r.IntN(4) == 0 {
			s.backup()
		}
		s.edit(o)
		s.edit(o)
		s.syncWell(o, false)
		s.bury()
	}
}

func (s *sim) backup() {
	s.backups = append(s.backups, s.hub.store.Backup())
	s.options.Trace("BACKUP %d", len(s.backups)-1)
}

// restore puts the hub back, with no step of an operator that would tell anybody.
func (s *sim) restore() {
	if len(s.backups) == 0 {
		return
	}
	n := s.r.IntN(len(s.backups))
	if s.r.IntN(2) == 0 {
		n = len(s.backups) - 1
	}
	s.options.Trace("RESTORE %d", n)
	s.hub.store.Restore(s.backups[n])
	for _, c := range s.clients { // members and persons are not what this is about
		s.hub.store.Open(catalog.AccountFeed(c.user))
		s.hub.store.SetRole(workspace, c.user, catalog.RoleEditor)
	}
	s.startHub()
}

// bury lets tombstones of some age be buried.
func (s *sim) bury() {
	if s.plan.weights[9] == 0 {
		return
	}
	s.hub.handler.Life = []time.Duration{0, 0, 50, 300}[s.r.IntN(4)] * time.Millisecond
	s.options.Trace("BURY")
	if err := s.hub.handler.Collect(context.Background(), workspace); err != nil {
		s.broken = fmt.Errorf("burying: %w", err)
	}
}

// retire replaces a device that has brought everything across. Backups from before that are given up: putting one back
// would lose what only that device knew, and nobody could tell.
func (s *sim) retire(c *client) {
	agreed := false
	for range 6 {
		s.crash(c)
		x := s.session(c)
		x.reliable = true
		if agreed = s.once(x) == nil; agreed {
			break
		}
	}
	n := slices.Index(s.clients, c)
	if !agreed || n < 0 || s.hasTwin(c) {
		return
	}
	s.options.Trace("RETIRE %s", c.name)
	s.crash(c)
	s.exorcise(c)
	s.backups = nil
	s.retired = append(s.retired, c)
	s.clients[n] = s.newClient(c.user)
}

func (s *sim) copyClient(c *client) {
	c.copies = append(c.copies, copied{state: c.store.Backup(), blobs: maps.Clone(c.blobs), at: len(s.writesOf(c))})
	s.options.Trace("COPY %s", c.name)
}

// restoreClient puts a device back from a copy. What it wrote since and had not brought across may be gone.
func (s *sim) restoreClient(c *client) {
	if len(c.copies) == 0 || s.plan.wildClocks {
		return
	}
	s.crash(c)
	s.exorcise(c)
	from := c.copies[s.r.IntN(len(c.copies))]
	x := s.session(c)
	x.reliable = true
	if s.r.IntN(2) == 0 || s.once(x) != nil {
		s.uncertain(c, from.at)
	}
	s.options.Trace("RESTORE CLIENT %s", c.name)
	s.crash(c)
	s.backups = nil
	c.store.Restore(from.state)
	maps.Copy(c.blobs, from.blobs)
}

// cloneClient copies a device to another machine, where it goes on as well.
func (s *sim) cloneClient(c *client) {
	if len(s.clients) >= 4 || s.plan.wildClocks {
		return
	}
	twin := s.newClient(c.user)
	twin.skew = c.skew
	twin.store.Restore(c.store.Backup())
	twin.blobs = maps.Clone(c.blobs)
	s.cloned(c, twin)
	s.clients = append(s.clients, twin)
	s.options.Trace("CLONE %s as %s", c.name, twin.name)
}

// changeRole takes a person's right to write away, or gives it back.
func (s *sim) changeRole(c *client) {
	role := []catalog.Role{catalog.RoleNone, catalog.RoleViewer, catalog.RoleEditor, catalog.RoleEditor}[s.r.IntN(4)]
	s.options.Trace("ROLE %s %q", c.user, role)
	s.hub.store.SetRole(workspace, c.user, role)
}

// dropBytes makes room: a device forgets bytes of what the hub has shown it.
func (s *sim) dropBytes(c *client) {
	err := c.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) error {
		items, err := view.Since(0, 1_000_000)
		for _, item := range items {
			for _, v := range item.Versions {
				if !item.Dirty && s.hubHas(v.Blob) && s.r.IntN(2) == 0 {
					delete(c.blobs, v.Blob)
				}
			}
		}
		return err
	})
	if err != nil {
		s.broken = err
	}
}

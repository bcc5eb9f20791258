package simnet

import (
	"cmp"
	"context"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Memory is a data directory in memory: all that hub and peer need of one, as dumb as the real one. Transactions are kept
// whole or not at all; Fail can end one before any of its writes, and after its end.
type Memory struct {
	Fail func(step string) error // nil: never

	now    func() time.Time
	random io.Reader
	mu     sync.RWMutex
	state  *state
}

// state is everything that a backup of the directory holds.
type state struct {
	epoch   string
	device  string
	counter int64
	clock   int64
	offset  time.Duration
	feeds   map[string]*feed
}

type feed struct {
	seq, floor int64
	commits    []commit // by seq, from 1
	items      map[string]catalog.Item
	graves     map[string]catalog.Vector
	notes      map[string]string
	stage      map[string]catalog.Item
	blobs      map[string]bool
	roles      map[string]catalog.Role
}

type commit struct {
	token string
	at    time.Time
}

// NewMemory makes an empty directory of a device.
func NewMemory(device string, now func() time.Time, random io.Reader) *Memory {
	return &Memory{now: now, random: random, state: &state{epoch: "epoch-" + device, device: device, feeds: map[string]*feed{}}}
}

// Open makes a feed that is not there yet.
func (m *Memory) Open(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open(name)
}

func (m *Memory) open(name string) *feed {
	f := m.state.feeds[name]
	if f == nil {
		f = &feed{
			items: map[string]catalog.Item{}, graves: map[string]catalog.Vector{}, notes: map[string]string{},
			stage: map[string]catalog.Item{}, blobs: map[string]bool{}, roles: map[string]catalog.Role{},
		}
		m.state.feeds[name] = f
	}
	return f
}

// Backup copies the directory; Restore puts a copy back. A copy may be put back more than once, and elsewhere.
func (m *Memory) Backup() any { return m.state.copy() }

// Restore puts a backup back.
func (m *Memory) Restore(backup any) { m.state = backup.(*state).copy() }

func (s *state) copy() *state {
	copied := *s
	copied.feeds = make(map[string]*feed, len(s.feeds))
	for name, f := range s.feeds {
		c := *f
		c.commits = slices.Clone(f.commits)
		c.items, c.graves, c.notes = maps.Clone(f.items), maps.Clone(f.graves), maps.Clone(f.notes)
		c.stage, c.blobs, c.roles = maps.Clone(f.stage), maps.Clone(f.blobs), maps.Clone(f.roles)
		copied.feeds[name] = &c
	}
	return &copied
}

// PutBlob brings bytes into the reach of a feed.
func (m *Memory) PutBlob(name, sha256 string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open(name).blobs[sha256] = true
}

// SetRole makes a user a member of a workspace, or none.
func (m *Memory) SetRole(name, userID string, role catalog.Role) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open(name).roles[userID] = role
}

// Account implements hub.Store. Workspaces are named by their ids.
func (m *Memory) Account(_ context.Context, userID string) (catalog.RemoteAccount, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open(catalog.AccountFeed(userID))
	account := catalog.RemoteAccount{UserID: userID, Email: userID + "@example.org"}
	for _, name := range slices.Sorted(maps.Keys(m.state.feeds)) {
		if role := m.state.feeds[name].roles[userID]; role != catalog.RoleNone {
			account.Workspaces = append(account.Workspaces, catalog.RemoteWorkspace{ID: name, Name: name, Role: role})
		}
	}
	return account, nil
}

// AddWorkspace implements hub.Store.
func (m *Memory) AddWorkspace(_ context.Context, id, _, userID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state.feeds[id] != nil {
		return catalog.Errorf(catalog.Conflict, "There is a workspace %s.", id)
	}
	m.open(id).roles[userID] = catalog.RoleOwner
	return nil
}

// Device implements peer.Store, as do NewDevice and SetClock.
func (m *Memory) Device(context.Context) (catalog.Device, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return catalog.Device{ID: m.state.device, Counter: m.state.counter, Offset: m.state.offset}, nil
}

// NewDevice takes a new id.
func (m *Memory) NewDevice(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail("new device"); err != nil {
		return err
	}
	name, _, _ := strings.Cut(m.state.device, "~")
	m.state.device = name + "~" + m.token()
	return nil
}

// SetClock corrects the clock for stamps.
func (m *Memory) SetClock(_ context.Context, offset time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail("clock"); err != nil {
		return err
	}
	m.state.offset = offset
	m.state.clock = min(m.state.clock, m.now().Add(offset).UnixMilli()<<16)
	return nil
}

func (m *Memory) fail(step string) error {
	if m.Fail == nil {
		return nil
	}
	return m.Fail(step)
}

func (m *Memory) token() string {
	var b [8]byte
	if _, err := io.ReadFull(m.random, b[:]); err != nil {
		panic("simnet: no randomness: " + err.Error())
	}
	return hex.EncodeToString(b[:])
}

// ViewItems implements replica.Store.
func (m *Memory) ViewItems(_ context.Context, name string, look func(catalog.ItemView) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, err := m.view(name)
	if err != nil {
		return err
	}
	return look(v)
}

func (m *Memory) view(name string) (view, error) {
	f := m.state.feeds[name]
	if f == nil {
		return view{}, catalog.Errorf(catalog.NotFound, "There is no feed %s.", name)
	}
	return view{m: m, name: name, f: f}, nil
}

// UpdateItems implements replica.Store.
func (m *Memory) UpdateItems(_ context.Context, name string, change func(catalog.ItemTx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, err := m.view(name)
	if err != nil {
		return err
	}
	t := &memoryTx{view: v}
	if err = change(t); err == nil {
		err = m.fail("commit")
	}
	if err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		return err
	}
	return m.fail("committed") // it is kept, and nobody has heard of it
}

// view is catalog.ItemView over a feed.
type view struct {
	m    *Memory
	name string
	f    *feed
}

func (v view) Head() (catalog.Cursor, error) {
	head, _, err := v.At(v.f.seq)
	return head, err
}

func (v view) At(seq int64) (catalog.Cursor, bool, error) {
	c := catalog.Cursor{Epoch: v.m.state.epoch, Seq: seq}
	if seq < 1 || seq > v.f.seq {
		return c, false, nil
	}
	c.Token = v.f.commits[seq-1].token
	return c, true, nil
}

func (v view) Before(t time.Time) (int64, error) {
	for n, c := range v.f.commits {
		if c.at.After(t) {
			return int64(n), nil
		}
	}
	return v.f.seq, nil
}

func (v view) Floor() (int64, error) { return v.f.floor, nil }

func (v view) Item(id string) (catalog.Item, bool, error) {
	if item, ok := v.f.items[id]; ok {
		return item, true, nil
	}
	for _, other := range v.m.state.feeds {
		if _, ok := other.items[id]; ok {
			return catalog.Item{}, false, catalog.Errorf(catalog.Conflict, "The item %s is on another feed.", id)
		}
	}
	return catalog.Item{}, false, nil
}

// list gives the items that are wanted, in an order.
func (v view) list(wanted func(catalog.Item) bool, order func(a, b catalog.Item) int) []catalog.Item {
	var list []catalog.Item
	for _, item := range v.f.items {
		if wanted(item) {
			list = append(list, item)
		}
	}
	slices.SortFunc(list, order)
	return list
}

func bySeq(a, b catalog.Item) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID)) }
func byID(a, b catalog.Item) int  { return cmp.Compare(a.ID, b.ID) }

// whole cuts a list behind the commit in which it reaches limit.
func whole(list []catalog.Item, limit int) []catalog.Item {
	n := max(limit, 1)
	for n < len(list) && list[n].Seq == list[n-1].Seq {
		n++
	}
	return list[:min(n, len(list))]
}

func (v view) Since(seq int64, limit int) ([]catalog.Item, error) {
	return whole(v.list(func(i catalog.Item) bool { return i.Seq > seq }, bySeq), limit), nil
}

func (v view) Dirty(seq int64, limit int) ([]catalog.Item, error) {
	return whole(v.list(func(i catalog.Item) bool { return i.Seq > seq && i.Dirty }, bySeq), limit), nil
}

func (v view) Tombstones(through int64, limit int) ([]catalog.Item, error) {
	list := v.list(func(i catalog.Item) bool { return i.Seq <= through && i.Deleted() }, bySeq)
	return list[:min(limit, len(list))], nil
}

func (v view) OfKind(kind catalog.ItemKind) ([]catalog.Item, error) {
	return v.list(func(i catalog.Item) bool { return i.Kind == kind && !i.Deleted() }, bySeq), nil
}

func (v view) Live() (n int, err error) {
	for _, item := range v.f.items {
		if item.Kind == catalog.KindContent && !item.Deleted() {
			n++
		}
	}
	return n, nil
}

func (v view) InUse(categoryID string) (bool, error) {
	for _, item := range v.f.items {
		if item.Kind == catalog.KindContent && !item.Deleted() && item.Fields["categoryId"].Value == `"`+categoryID+`"` {
			return true, nil
		}
	}
	return false, nil
}

func (v view) Grave(id string) (catalog.Vector, bool, error) {
	vector, ok := v.f.graves[id]
	return vector, ok, nil
}

func (v view) HasBlob(sha256 string) (bool, error) { return v.f.blobs[sha256], nil }

func (v view) Role(userID string) (catalog.Role, error) {
	if owner, person := catalog.FeedUser(v.name); person && owner == userID {
		return catalog.RoleOwner, nil
	}
	return v.f.roles[userID], nil
}

func (v view) Note(name string) (string, error) { return v.f.notes[name], nil }

func (v view) Notes(prefix string) (map[string]string, error) {
	var found map[string]string
	for name, value := range v.f.notes {
		if strings.HasPrefix(name, prefix) {
			if found == nil {
				found = map[string]string{}
			}
			found[name] = value
		}
	}
	return found, nil
}

func (v view) Staged(after string, limit int) ([]catalog.Item, error) {
	return firstBehind(v.f.stage, after, limit, func(catalog.Item) bool { return true }), nil
}

func (v view) Unstaged(after string, limit int) ([]catalog.Item, error) {
	return firstBehind(v.f.items, after, limit, func(i catalog.Item) bool {
		_, staged := v.f.stage[i.ID]
		return !staged
	}), nil
}

func firstBehind(items map[string]catalog.Item, after string, limit int, wanted func(catalog.Item) bool) []catalog.Item {
	var list []catalog.Item
	for id, item := range items {
		if id > after && wanted(item) {
			list = append(list, item)
		}
	}
	slices.SortFunc(list, byID)
	return list[:min(limit, len(list))]
}

// SetFail sets Fail.
func (m *Memory) SetFail(fail func(step string) error) { m.Fail = fail }

// Close does nothing: a directory in memory ends with its last user.
func (m *Memory) Close() {}

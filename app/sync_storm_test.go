package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// storm says how hard TestSyncThroughAStorm is.
type storm struct {
	files   int // in the folders of both peers together
	kills   int
	seed    uint64
	between time.Duration // longest time from one kill to the next
	calm    time.Duration // how long it may take afterwards until everything agrees
}

// largeFile is the size of the file of each peer that travels in parts.
const largeFile = 18 << 20

// TestSyncThroughAStorm runs two peers and a hub as processes. Their connections are slowed down, cut and reset, and they are
// killed at random moments, while files are written, changed and removed in the watched folders of both peers and
// documents are added and deleted through the API. Then everything is left alone. Once "sheaf sync --once" says on both
// peers that the digests agree, both must have the same digest and exactly what was written, with its bytes, and nothing may
// have been sent to the hub twice but what a cut may have lost.
func TestSyncThroughAStorm(t *testing.T) {
	if os.Getenv("SHEAF_SOAK") == "" && os.Getenv("SHEAF_SEED") == "" {
		t.Skip("a storm of its own: SHEAF_SEED=20261125 for sixty files, SHEAF_SOAK=1 for five thousand")
	}
	t.Parallel()
	how := storm{files: 60, kills: 6, seed: 20261125, between: 1200 * time.Millisecond, calm: 60 * time.Second}
	if os.Getenv("SHEAF_SOAK") != "" {
		how = storm{files: 5000, kills: 200, seed: uint64(time.Now().UnixNano()), between: 2 * time.Second, calm: 20 * time.Minute}
	}
	if given := os.Getenv("SHEAF_SEED"); given != "" {
		seed, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		how.seed = seed
	}
	t.Logf("SHEAF_SEED=%d", how.seed)
	w := newWorld(t, how)
	w.rage()
	digest := w.settle()
	w.compare()
	w.tally.verdict(t)
	t.Logf("agreed on %s", digest)
}

// world is the hub, the peers and what has been written on them.
type world struct {
	*testing.T
	storm
	hub       *agent
	peers     []*agent
	lines     []*line // of the peers
	tally     *tally
	workspace string

	mu      sync.Mutex
	texts   map[string]string // what there must be: hash by name
	unsure  map[string]string // what there may be: the agent was killed before it answered
	added   map[string]string // id by name, of what was added through the API and lives
	changes map[string]int
}

func newWorld(t *testing.T, how storm) *world {
	t.Helper()
	w := &world{T: t, storm: how, tally: newTally(), texts: map[string]string{}, unsure: map[string]string{}, added: map[string]string{}, changes: map[string]int{}}
	w.hub = newAgent(t, "hub")
	desk, _ := w.hub.now()
	club, err := desk.CreateWorkspace(t.Context(), "Club")
	if err != nil {
		t.Fatal(err)
	}
	w.workspace = club.ID
	for i, name := range []string{"ada", "bela"} {
		peer := newAgent(t, name)
		l := newLine(t, name, w.hub, w.tally, w.random(uint64(i)))
		w.peers, w.lines = append(w.peers, peer), append(w.lines, l)
		invitation, err := desk.Invite(t.Context(), catalog.InvitationSpec{URL: "http://" + l.front.Addr().String()})
		if err != nil {
			t.Fatal(err)
		}
		own, _ := peer.now()
		remote, err := own.AddRemote(t.Context(), catalog.RemoteSpec{Invitation: invitation.Text})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := own.SyncRemote(t.Context(), remote.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := own.AddFolder(t.Context(), client.FolderSpec{Path: peer.folder, WorkspaceID: club.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// rage writes, kills and disturbs until all kills are done and all files have been written.
func (w *world) rage() {
	w.Helper()
	storming, over := context.WithCancel(w.Context())
	defer over()
	disturbing, ctx := errgroup.WithContext(storming)
	for i, l := range w.lines {
		cuts := map[int]chan struct{}{0: l.now}[i]
		disturbing.Go(func() error {
			l.weather(ctx, w.random(10+uint64(i)), cuts)
			return nil
		})
	}
	killed := make(chan struct{})
	disturbing.Go(func() error {
		defer close(killed)
		return w.killAll(ctx, w.lines[1].now)
	})
	var writing errgroup.Group
	for i, peer := range w.peers {
		writing.Go(func() error { return w.write(ctx, peer, w.peers[1-i], w.random(20+uint64(i)), killed) })
	}
	err := writing.Wait()
	over()
	if err := errors.Join(err, disturbing.Wait()); err != nil {
		w.Fatal(err)
	}
	for _, l := range w.lines {
		w.Logf("%s: %v", l.name, l.counts)
	}
	w.Logf("%v, %d documents must be there, of %d nobody knows", w.changes, len(w.texts), len(w.unsure))
}

func (w *world) random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(w.seed, stream)) }

// killAll kills one process after the other, and the hub when a message comes from hub, and starts each anew.
func (w *world) killAll(ctx context.Context, hub <-chan struct{}) error {
	random := w.random(1)
	all := append([]*agent{w.hub}, w.peers...)
	for range w.kills {
		victim := all[random.IntN(len(all))]
		select {
		case <-hub:
			victim = w.hub
		case <-time.After(time.Duration(random.Int64N(int64(w.between)))):
		case <-ctx.Done():
			return nil
		}
		victim.kill()
		for i, l := range w.lines {
			if victim == w.hub || victim == w.peers[i] {
				l.disturbed()
			}
		}
		w.count("kills of " + victim.name)
		if victim == w.hub {
			w.tally.died()
		}
		pause(ctx, time.Duration(random.IntN(300))*time.Millisecond)
		if err := victim.start(); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes[what]++
}

// write fills the folder of a peer and goes on changing things, there and through the API, until everything has been killed.
func (w *world) write(ctx context.Context, peer, other *agent, random *rand.Rand, killed <-chan struct{}) error {
	if err := w.save(peer, peer.name+"-large.bin", noise(random, largeFile), random); err != nil {
		return err
	}
	var own []string
	for removed, step := 0, 0; pause(ctx, time.Duration(random.IntN(60))*time.Millisecond); step++ {
		var err error
		switch dice := random.IntN(100); {
		case step%400 == 399:
			err = w.save(peer, fmt.Sprintf("%s-large-%d.bin", peer.name, step), noise(random, largeFile), random)
		case len(own) < w.files/2 && (dice < 60 || own == nil):
			own = append(own, fmt.Sprintf("%s-%04d.txt", peer.name, len(own)))
			err = w.save(peer, own[len(own)-1], text(random), random)
		case dice < 70:
			err = w.save(peer, own[random.IntN(len(own))], text(random), random)
		case dice < 75 && removed < w.files/15: // fewer than would raise a question
			removed++
			err = w.remove(peer, own[random.IntN(len(own))])
		case dice < 95:
			w.add(ctx, peer, fmt.Sprintf("%s-added-%04d.txt", peer.name, step), text(random))
		default:
			w.discard(ctx, []*agent{peer, other}[random.IntN(2)], random)
		}
		if err != nil {
			return err
		}
		select {
		case <-killed:
			if len(own) == w.files/2 {
				return nil
			}
		default:
		}
	}
	return nil // something else went wrong
}

// save writes a file in place, or as editors do.
func (w *world) save(peer *agent, name string, bytes []byte, random *rand.Rand) error {
	w.expect(name, hashOf(bytes))
	w.count("files saved")
	to := filepath.Join(peer.folder, name)
	if random.IntN(2) == 0 {
		return os.WriteFile(to, bytes, 0o644)
	}
	beside := peer.folder + ".saving"
	if err := os.WriteFile(beside, bytes, 0o644); err != nil {
		return err
	}
	return os.Rename(beside, to)
}

func (w *world) remove(peer *agent, name string) error {
	w.expect(name, "")
	w.count("files removed")
	if err := os.Remove(filepath.Join(peer.folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// expect notes what a name must mean in the end; nothing for an empty hash.
func (w *world) expect(name, hash string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if hash == "" {
		delete(w.texts, name)
		return
	}
	w.texts[name] = hash
}

// add adds a document through the API. Nobody knows whether it is there when the answer did not come.
func (w *world) add(ctx context.Context, peer *agent, name string, bytes []byte) {
	desk, _ := peer.now()
	if desk == nil {
		return
	}
	made, err := desk.Import(ctx, w.workspace, name, strings.NewReader(string(bytes)))
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.unsure[name] = hashOf(bytes)
		w.changes["additions without an answer"]++
		return
	}
	w.texts[name], w.added[name] = hashOf(bytes), made.ID
	w.changes["additions"]++
}

// discard deletes one of the documents that were added, on either peer, if it has come there.
func (w *world) discard(ctx context.Context, peer *agent, random *rand.Rand) {
	w.mu.Lock()
	names := slices.Sorted(maps.Keys(w.added))
	if len(names) < 3 || peer.address() == "" {
		w.mu.Unlock()
		return
	}
	name := names[random.IntN(len(names))]
	id, hash := w.added[name], w.texts[name]
	delete(w.added, name) // nobody else does it too
	w.mu.Unlock()
	status, err := peer.call(ctx, http.MethodDelete, "/contents/"+id, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err != nil:
		delete(w.texts, name)
		w.unsure[name] = hash
		w.changes["deletions without an answer"]++
	case status == http.StatusNoContent:
		delete(w.texts, name)
		w.changes["deletions"]++
	case status == http.StatusNotFound: // it has not come here yet
		w.added[name] = id
	default:
		w.Errorf("%s: deleting %s: status %d", peer.name, name, status)
	}
}

// settle leaves everything alone until both peers say that they agree with the hub, on the same digest, with everything
// read that was written. It returns the digest.
func (w *world) settle() string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), w.calm)
	defer cancel()
	started := time.Now()
	for {
		digest, why := w.agree(ctx)
		if why == "" {
			w.Logf("agreed after %v", time.Since(started).Round(time.Millisecond))
			return digest
		}
		if !pause(ctx, 200*time.Millisecond) {
			for _, each := range append([]*agent{w.hub}, w.peers...) {
				each.dump()
			}
			w.Fatalf("after %v of quiet: %s", w.calm, why)
		}
	}
}

// agree runs one round on each peer, and says why that was not the last.
func (w *world) agree(ctx context.Context) (digest, why string) {
	digests := map[string]bool{}
	for _, peer := range w.peers {
		remotes, agreed, err := peer.syncOnce(ctx)
		if err != nil || len(remotes) != 1 {
			return "", fmt.Sprintf("%s: sync --once: %v %+v", peer.name, err, remotes)
		}
		for _, one := range remotes[0].Workspaces {
			if one.WorkspaceID != w.workspace {
				continue
			}
			if len(one.SetAside) > 0 || one.Conflicts > 0 || len(one.Questions) > 0 {
				return "", fmt.Sprintf("%s has %d conflicts, set aside %+v, asks %+v", peer.name, one.Conflicts, one.SetAside, one.Questions)
			}
			if agreed && one.Agreement != nil {
				digest = one.Agreement.Digest
				digests[digest] = true
				continue
			}
			return "", fmt.Sprintf("%s: %s %s (%s)", peer.name, one.State, one.Sentence, one.Problem)
		}
		if !agreed {
			return "", fmt.Sprintf("%s: %s %s", peer.name, remotes[0].State, remotes[0].Sentence)
		}
	}
	if len(digests) != 1 {
		return "", fmt.Sprintf("the digests are %v", digests)
	}
	for _, each := range append([]*agent{w.hub}, w.peers...) {
		if wrong, err := w.wrong(ctx, each); err != nil || len(wrong) > 0 {
			return "", fmt.Sprintf("%s: %v; digest %s; %v", each.name, err, digest, wrong[:min(len(wrong), 20)])
		}
	}
	return digest, ""
}

// wrong tells in what the documents of an agent differ from what was written.
func (w *world) wrong(ctx context.Context, of *agent) (wrong []string, err error) {
	have, err := of.documents(ctx, w.workspace)
	if err != nil {
		return nil, err
	}
	for name, list := range have {
		hash, must := w.texts[name]
		if !must {
			hash = w.unsure[name]
		}
		if len(list) != 1 || list[0].SHA256 != hash {
			wrong = append(wrong, fmt.Sprintf("%d documents are named %s, with the bytes %.8s, want %.8s", len(list), name, list[0].SHA256, hash))
		}
	}
	for name := range w.texts {
		if len(have[name]) == 0 {
			wrong = append(wrong, name+" is missing")
		}
	}
	slices.Sort(wrong)
	return wrong, nil
}

// compare takes the bytes of every document on both peers: they must be there, and be what was written.
func (w *world) compare() {
	w.Helper()
	lists := make([]map[string][]catalog.Content, len(w.peers))
	for i, peer := range w.peers {
		list, err := peer.documents(w.Context(), w.workspace)
		if err != nil {
			w.Fatal(err)
		}
		lists[i] = list
		for name, one := range list {
			if hash, err := peer.bytes(w.Context(), one[0].ID); err != nil || hash != one[0].SHA256 {
				w.Errorf("%s: the bytes of %s are %.8s, want %.8s: %v", peer.name, name, hash, one[0].SHA256, err)
			}
		}
	}
	for name, one := range lists[0] {
		if other := lists[1][name]; len(other) != 1 || other[0].ID != one[0].ID {
			w.Errorf("%s is %s on one peer, and %+v on the other", name, one[0].ID, other)
		}
	}
	if len(lists[0]) != len(lists[1]) {
		w.Errorf("%d documents on one peer, %d on the other", len(lists[0]), len(lists[1]))
	}
}

func hashOf(bytes []byte) string {
	sum := sha256.Sum256(bytes)
	return hex.EncodeToString(sum[:])
}

// text is a text like no other; one in twenty does not fit a batch of small ones.
func text(random *rand.Rand) []byte {
	words := 20 + random.IntN(300)
	if random.IntN(20) == 0 {
		words = 15_000
	}
	var b strings.Builder
	for range words {
		fmt.Fprintf(&b, "%s %d\n", []string{"apple", "pear", "plum", "quince"}[random.IntN(4)], random.Uint32())
	}
	return []byte(b.String())
}

// noise cannot be compressed.
func noise(random *rand.Rand, size int) []byte {
	bytes := make([]byte, size)
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	return bytes
}

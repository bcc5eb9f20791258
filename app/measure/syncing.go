package measure

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/hub"
	"github.com/sheafdocs/sheaf/sync/peer"
)

// syncResult is one step of synchronisation over the loopback, beside the same step by rsync (its daemon's own protocol)
// and by rclone (WebDAV, served by rclone). Sheaf's time ends when both sides have the same digest and every byte is on
// disk; the others' when their program ends, which flushes nothing: rsyncFlushed is rsync with --fsync. The device has
// captured its files before its time begins, as a running program has; the others look at them within theirs. Device and
// hub are one process, so the memory is that of both. The hub reads no documents meanwhile.
type syncResult struct {
	Bench        string  `json:"bench"`
	Step         string  `json:"step"`
	Files        int     `json:"files"`
	Bytes        int64   `json:"bytes"`
	Seconds      float64 `json:"seconds"`
	MegabytesPer float64 `json:"megabytesPerSecond,omitempty"`
	Rsync        float64 `json:"rsyncSeconds,omitempty"`
	RsyncFlushed float64 `json:"rsyncFlushedSeconds,omitempty"`
	Rclone       float64 `json:"rcloneSeconds,omitempty"`
	Missing      string  `json:"missing,omitempty"` // which of the others is not installed
	Limit        float64 `json:"limit"`             // seconds
	Ratio        float64 `json:"ratio"`             // Seconds / Limit
	Memory       float64 `json:"addedMegabytes"`    // highest resident memory during the step beyond that before it
	MemoryLimit  float64 `json:"addedMegabytesLimit"`
}

const (
	syncFiles   = 10_000
	syncSize    = 4 << 10
	syncChanged = syncFiles / 100
	syncLarge   = 1 << 30
	memoryLimit = 100
)

// benchSync pushes many small files, nothing, a hundredth of them, and one large file.
func benchSync(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	small, large := filepath.Join(folder, "small"), filepath.Join(folder, "large")
	if err := errors.Join(os.Mkdir(small, 0o700), os.Mkdir(large, 0o700)); err != nil {
		return nil, err
	}
	if err := writeMany(small, 0, syncFiles, 0); err != nil {
		return nil, err
	}
	ctx, pair, err := openPair(ctx, o, folder)
	if err != nil {
		return nil, err
	}
	result, err := pair.steps(ctx, o, folder, small, large)
	return result, errors.Join(err, pair.close())
}

// writeMany writes files of words that are different in every file, and in every turn.
func writeMany(dir string, from, to, turn int) error {
	var text strings.Builder
	for i := from; i < to; i++ {
		text.Reset()
		for n := 0; text.Len() < syncSize; n++ {
			fmt.Fprintf(&text, "%d line %d of note %d, %x\n", turn, n, i, uint32(i*2654435761+n*40503+turn))
		}
		name := filepath.Join(dir, fmt.Sprintf("%02d", i%100), fmt.Sprintf("note %05d.txt", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text.String())[:syncSize], 0o600); err != nil {
			return err
		}
	}
	return nil
}

func writeLarge(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	for n := 0; n < syncLarge && err == nil; n += len(block) {
		rand.Read(block)
		_, err = f.Write(block)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// steps measures, each step of Sheaf followed by the same of the others.
func (p *pair) steps(ctx context.Context, o Options, folder, small, large string) (results lines, err error) {
	others, err := openOthers(ctx, folder)
	if err != nil {
		return nil, err
	}
	defer others.close()
	step := func(name string, files int, bytes int64, source string, limit func(syncResult) float64) error {
		o.say("sync: %s", name)
		r := syncResult{Bench: "sync", Step: name, Files: files, Bytes: bytes, Missing: others.missing, MemoryLimit: memoryLimit}
		if err := p.device.Wait(ctx); err != nil {
			return err
		}
		took, memory, err := p.timed(ctx)
		if err != nil {
			return err
		}
		r.Seconds, r.Memory = rounded(took.Seconds()), rounded(memory)
		o.say("sync: %s took %.3f s and %.0f MB of memory", name, r.Seconds, r.Memory)
		if err := others.run(ctx, source, &r); err != nil {
			return err
		}
		r.Limit = rounded(limit(r))
		if r.Limit > 0 {
			r.Ratio = rounded(r.Seconds / r.Limit)
		}
		if bytes >= syncLarge {
			r.MegabytesPer = rounded(float64(bytes) / 1e6 / took.Seconds())
		}
		results = append(results, r)
		return nil
	}
	fixed := func(seconds float64) func(syncResult) float64 { return func(syncResult) float64 { return seconds } }
	if _, _, err := p.device.AddFolder(ctx, engine.FolderSpec{Path: small, Consent: true}); err != nil {
		return nil, err
	}
	if err := step("push", syncFiles, syncFiles*syncSize, small, func(r syncResult) float64 { return 1.5 * r.Rsync }); err != nil {
		return nil, err
	}
	if err := step("nothing", syncFiles, 0, small, fixed(0.3)); err != nil {
		return nil, err
	}
	if err := writeMany(small, 0, syncChanged, 1); err != nil {
		return nil, err
	}
	if err := p.captured(ctx, syncChanged); err != nil {
		return nil, err
	}
	if err := step("changed", syncChanged, syncChanged*syncSize, small, fixed(0.5)); err != nil {
		return nil, err
	}
	if err := writeLarge(filepath.Join(large, "disk.bin")); err != nil {
		return nil, err
	}
	if _, _, err := p.device.AddFolder(ctx, engine.FolderSpec{Path: large, Consent: true}); err != nil {
		return nil, err
	}
	err = step("large", 1, syncLarge, large, func(r syncResult) float64 { return math.Max(syncLarge/300e6, 1.3*r.Rsync) })
	return results, err
}

// pair is a device and a hub on data directories of their own, joined by HTTP over the loopback.
type pair struct {
	device *session
	hub    *engine.Engine
	server *http.Server
	peer   *peer.Peer
	feed   peer.Feed
}

func openPair(ctx context.Context, o Options, folder string) (_ context.Context, _ *pair, err error) {
	p := &pair{}
	ctx, p.device, err = open(ctx, o.Engine, filepath.Join(folder, "device"))
	if err != nil {
		return nil, nil, err
	}
	hubOptions := o.Engine
	hubOptions.DataDir = filepath.Join(folder, "hub")
	if p.hub, err = engine.Open(ctx, hubOptions); err != nil {
		return nil, nil, closing(p.device, err)
	}
	if err := p.connect(ctx); err != nil {
		return nil, nil, errors.Join(err, p.close())
	}
	return ctx, p, nil
}

func (p *pair) connect(ctx context.Context) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	owner := p.hub.LocalOwner()
	p.server = &http.Server{Handler: hub.New(hub.Config{
		Store: p.hub.Replica(), Blobs: p.hub.Bytes(), Authenticate: func(*http.Request) (catalog.Actor, error) { return owner, nil },
	})}
	go p.server.Serve(listener) // ends with Close
	remote := peer.Remote{ID: "bench", URL: "http://" + listener.Addr().String(), Token: "bench"}
	workspace, err := p.device.ResolveWorkspace(ctx, "")
	if err != nil {
		return err
	}
	p.feed = peer.Feed{Local: workspace.ID, Remote: workspace.ID}
	if err := p.device.Replica().ShareWorkspace(ctx, workspace.ID, owner.UserID, "bench@hub"); err != nil {
		return err
	}
	if err := p.device.SetBytesMode(ctx, workspace.ID, catalog.SyncIndex); err != nil {
		return err
	}
	device, err := p.device.Replica().Device(ctx)
	if err != nil {
		return err
	}
	p.peer = peer.New(peer.Config{
		Store: p.device.Replica(), Remote: remote, Person: catalog.AccountFeed(p.device.LocalOwner().UserID),
		Feeds: func(context.Context, peer.Account) ([]peer.Feed, error) { return []peer.Feed{p.feed}, nil },
		Bytes: peer.NewTransfers(peer.TransferConfig{Remote: remote, Blobs: p.device.Bytes(), Device: device.ID}),
	})
	return nil
}

func (p *pair) close() error {
	if p.server != nil {
		_ = p.server.Close() // nobody asks any more
	}
	return errors.Join(p.hub.Close(), p.device.close())
}

// captured waits until changed files are known as such.
func (p *pair) captured(ctx context.Context, files int) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		dirty := 0
		err := p.device.Replica().ViewItems(ctx, p.feed.Local, func(v catalog.ItemView) error {
			items, err := v.Dirty(0, files)
			dirty = len(items)
			return err
		})
		if err != nil || dirty >= files {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// timed runs one round and returns how long it took and how many megabytes of memory it added at most.
func (p *pair) timed(ctx context.Context) (took time.Duration, megabytes float64, err error) {
	runtime.GC()
	debug.FreeOSMemory()
	before := residentMemory()
	peak := make(chan int64)
	watching, stop := context.WithCancel(ctx)
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		highest := before
		for watching.Err() == nil {
			select {
			case <-ticker.C:
				highest = max(highest, residentMemory())
			case <-watching.Done():
			}
		}
		peak <- highest
	}()
	started := time.Now()
	err = p.peer.Once(ctx)
	took = time.Since(started)
	stop()
	return took, float64(<-peak-before) / 1e6, err
}

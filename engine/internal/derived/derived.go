// Package derived keeps what was made of documents and can be made again: the pictures of their pages. A picture is
// found by the SHA-256 of the bytes that it was made of and by everything else that decides how it looks, so it is never
// out of date: other bytes have other pictures.
//
// The folder has a limit; what was not asked for longest goes first. A picture is written to a temporary file, flushed
// and renamed, and carries its own hash: what does not match it is forgotten, as if it had never been there. The folder
// may be emptied at any time, by this program or by a person. Nothing is read before the first call; then the names are,
// once. The package starts no goroutine.
package derived

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Key says which picture it is.
type Key struct {
	SHA256 string // of the document's bytes, lower-case hexadecimal
	Of     string // page, form, size and the version of what makes it, in any wording
}

// name is the picture's name in the folder: the hash in front tells the pictures of one document.
func (k Key) name() string {
	sum := sha256.Sum256([]byte(k.Of))
	return k.SHA256 + "-" + hex.EncodeToString(sum[:8])
}

// Pictures is the folder. Its methods may be called from any goroutine.
type Pictures struct {
	dir   string
	limit int64 // bytes
	now   func() time.Time

	mu     sync.Mutex
	loaded bool
	known  map[string]*list.Element // by name
	order  *list.List               // of *picture, the one asked for last in front
	size   int64
	begun  map[string]chan struct{} // closed when whoever makes the picture of that name has done so
}

type picture struct {
	name string
	size int64
}

// At is the folder dir, which is made when it is first written to, with at most limit bytes in it.
func At(dir string, limit int64, now func() time.Time) *Pictures {
	return &Pictures{dir: dir, limit: limit, now: now, known: map[string]*list.Element{}, order: list.New(), begun: map[string]chan struct{}{}}
}

const (
	temporary = ".partial-"
	nameSize  = 2*sha256.Size + 1 + 16
)

// load learns what is in the folder. Times of change tell what was asked for last.
func (p *Pictures) load() {
	if p.loaded {
		return
	}
	p.loaded = true
	type found struct {
		picture
		used time.Time
	}
	var all []found
	_ = filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be read is as good as absent
		}
		info, err := d.Info()
		switch {
		case err != nil:
		case strings.HasPrefix(d.Name(), temporary):
			_ = os.Remove(path) // a crash left it
		case len(d.Name()) == nameSize && path == p.path(d.Name()):
			all = append(all, found{picture{d.Name(), info.Size()}, info.ModTime()})
		}
		return nil
	})
	slices.SortFunc(all, func(a, b found) int { return b.used.Compare(a.used) })
	for _, f := range all {
		p.known[f.name] = p.order.PushBack(&f.picture)
		p.size += f.size
	}
	p.evict()
}

func (p *Pictures) path(name string) string { return filepath.Join(p.dir, name[:2], name) }

// Get returns a picture; ok is false when it is not here.
func (p *Pictures) Get(k Key) (data []byte, ok bool) {
	if !valid(k) {
		return nil, false
	}
	name := k.name()
	p.mu.Lock()
	p.load()
	element, known := p.known[name]
	if known {
		p.order.MoveToFront(element)
	}
	p.mu.Unlock()
	if !known {
		return nil, false
	}
	raw, err := os.ReadFile(p.path(name))
	if err == nil && len(raw) > sha256.Size {
		if sum := sha256.Sum256(raw[sha256.Size:]); bytes.Equal(sum[:], raw[:sha256.Size]) {
			now := p.now()
			_ = os.Chtimes(p.path(name), now, now) // only the order of what goes first depends on it
			return raw[sha256.Size:], true
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(name)
	return nil, false
}

// Put keeps a picture. One that would fill much of the folder is not kept. Unavailable when the folder cannot be
// written to; nothing is left behind then.
func (p *Pictures) Put(k Key, data []byte) error {
	if !valid(k) || int64(len(data)) > p.limit/8 {
		return nil
	}
	p.mu.Lock()
	p.load() // before anything is written: it takes what is half written for what a crash left
	p.mu.Unlock()
	err := p.keep(k.name(), data)
	return catalog.WrapError(catalog.Unavailable, "A picture cannot be kept in "+p.dir+". Check its permissions and free space.", err)
}

func (p *Pictures) keep(name string, data []byte) error {
	path := p.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(p.dir, temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // unless it has its name by then
	sum := sha256.Sum256(data)
	_, err = f.Write(append(sum[:], data...))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	now := p.now()
	_ = os.Chtimes(f.Name(), now, now)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if old, known := p.known[name]; known {
		p.size -= old.Value.(*picture).size
		p.order.Remove(old)
	}
	size := int64(sha256.Size + len(data))
	p.known[name] = p.order.PushFront(&picture{name, size})
	p.size += size
	p.evict()
	return nil
}

// evict removes what was not asked for longest until the limit is kept.
func (p *Pictures) evict() {
	for p.size > p.limit {
		p.forget(p.order.Back().Value.(*picture).name)
	}
}

// forget removes a picture. A file that cannot be removed is found again at the next start.
func (p *Pictures) forget(name string) {
	element, known := p.known[name]
	if !known {
		return
	}
	_ = os.Remove(p.path(name))
	p.size -= element.Value.(*picture).size
	p.order.Remove(element)
	delete(p.known, name)
}

// Begin waits until nobody else makes this picture; whoever begins after that waits until done is called. When ctx ends
// first, its error is returned.
func (p *Pictures) Begin(ctx context.Context, k Key) (done func(), err error) {
	name := k.name()
	for {
		p.mu.Lock()
		other, busy := p.begun[name]
		if !busy {
			mine := make(chan struct{})
			p.begun[name] = mine
			p.mu.Unlock()
			return func() {
				p.mu.Lock()
				delete(p.begun, name)
				p.mu.Unlock()
				close(mine)
			}, nil
		}
		p.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Documents are the hashes of the documents that there are pictures of, in their order.
func (p *Pictures) Documents() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
	var hashes []string
	for name := range p.known {
		hashes = append(hashes, name[:2*sha256.Size])
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// Forget removes the pictures of documents.
func (p *Pictures) Forget(hashes ...string) {
	gone := map[string]bool{}
	for _, hash := range hashes {
		gone[hash] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
	for name := range p.known {
		if gone[name[:2*sha256.Size]] {
			p.forget(name)
		}
	}
}

// Clear removes every picture.
func (p *Pictures) Clear() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known, p.order, p.size, p.loaded = map[string]*list.Element{}, list.New(), 0, true
	if err := os.RemoveAll(p.dir); err != nil {
		return catalog.WrapError(catalog.Unavailable, "The pictures in "+p.dir+" cannot be removed.", err)
	}
	return nil
}

// valid keeps anything but a hash from becoming part of a path.
func valid(k Key) bool {
	raw, err := hex.DecodeString(k.SHA256)
	return err == nil && len(raw) == sha256.Size && strings.ToLower(k.SHA256) == k.SHA256
}

package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// incoming is the folder of blobs that arrive in pieces. Opening does not sweep it: they go on after a restart.
const incoming = "incoming"

// partials are the blobs that are arriving. What has been hashed of one is only remembered while the program runs:
// after a crash of the machine the file may have holes, so whoever goes on then hashes it from its beginning.
type partials struct {
	mu   sync.Mutex
	open map[string]*partial // by file name
}

type partial struct {
	mu     sync.Mutex // held while bytes arrive
	hash   hash.Hash
	hashed int64
}

var errBusy = catalog.Errorf(catalog.Conflict, "Somebody else is sending these bytes now. Try again later.")

// Arriving names a blob that arrives in pieces: under is who it arrives for, and makes the difference between two that
// send the same bytes without one of them proving that it has them.
type Arriving struct{ Under, SHA256 string }

func (b *Blobs) arrivingPath(a Arriving) string {
	return filepath.Join(b.dir, incoming, a.Under+"-"+a.SHA256)
}

// Arrived returns how many bytes of a blob have arrived.
func (b *Blobs) Arrived(a Arriving) (int64, error) {
	info, err := os.Stat(b.arrivingPath(a))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, unwritable(b.dir, err)
	}
	return info.Size(), nil
}

// Continue appends what r gives to a blob of a known size, from offset on, which must be what Arrived says. It returns
// how much is here now, after an error of r too; at the full size the bytes have been checked and flushed and come back
// staged. Conflict: another offset, or another call is at it. Corrupt: they do not hash to their name. TooLarge: r holds
// more than the rest. What is wrong as a whole is dropped.
func (b *Blobs) Continue(ctx context.Context, a Arriving, size, offset int64, r io.Reader) (have int64, whole *Staged, err error) {
	path := b.arrivingPath(a)
	p, free := b.partials.lock(path)
	if !free {
		return 0, nil, errBusy
	}
	defer p.mu.Unlock()
	f, err := openArriving(path)
	if err != nil {
		return 0, nil, unwritable(b.dir, err)
	}
	defer f.Close()
	if have, err = p.catchUp(ctx, f); err != nil {
		return 0, nil, err
	}
	if have != offset {
		return have, nil, catalog.Errorf(catalog.Conflict, "The bytes go on at %d and not at %d.", have, offset)
	}
	have, err = p.take(ctx, f, size, r)
	switch {
	case catalog.CodeOf(err) == catalog.TooLarge:
		return have, nil, errors.Join(err, b.forget(path, p))
	case err != nil || have < size:
		return have, nil, err
	}
	whole, err = b.complete(f, path, p, a.SHA256, size)
	return have, whole, err
}

func openArriving(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// catchUp brings the hash to the end of the file and returns where that is.
func (p *partial) catchUp(ctx context.Context, f *os.File) (int64, error) {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || p.hash != nil && p.hashed == end {
		return end, err
	}
	p.hash = sha256.New()
	p.hashed, err = io.Copy(p.hash, &contextReader{ctx, io.NewSectionReader(f, 0, end)})
	return p.hashed, err
}

// pieceSize is how much is written and hashed at a time.
const pieceSize = 256 << 10

// take writes what r gives behind what is there. What could not be written whole is cut off again.
func (p *partial) take(ctx context.Context, f *os.File, size int64, r io.Reader) (have int64, err error) {
	piece := make([]byte, pieceSize)
	from := p.hashed
	defer func() { startWriting(f, from, p.hashed-from) }()
	for {
		if err := ctx.Err(); err != nil {
			return p.hashed, err
		}
		n, readErr := r.Read(piece)
		if p.hashed+int64(n) > size {
			return p.hashed, catalog.Errorf(catalog.TooLarge, "More bytes came than were announced.")
		}
		if n > 0 {
			if _, err := f.WriteAt(piece[:n], p.hashed); err != nil {
				return p.hashed, errors.Join(unwritable(filepath.Dir(f.Name()), err), f.Truncate(p.hashed))
			}
			p.hash.Write(piece[:n])
			p.hashed += int64(n)
		}
		if errors.Is(readErr, io.EOF) {
			return p.hashed, nil
		}
		if readErr != nil {
			return p.hashed, readErr
		}
	}
}

// complete checks and flushes a blob that is all there.
func (b *Blobs) complete(f *os.File, path string, p *partial, want string, size int64) (*Staged, error) {
	if sum := hex.EncodeToString(p.hash.Sum(nil)); sum != want {
		return nil, errors.Join(catalog.Errorf(catalog.Corrupt, "The bytes are not those that were announced: their SHA-256 is %s and not %s.", sum, want), b.forget(path, p))
	}
	s := &Staged{blobs: b, SHA256: want, Size: size, file: path}
	if size <= SmallLimit {
		s.Head = make([]byte, size)
		_, err := f.ReadAt(s.Head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, unwritable(b.dir, err)
		}
	}
	if err := f.Sync(); err != nil {
		return nil, unwritable(b.dir, err)
	}
	b.partials.drop(path)
	return s, nil
}

// Abandon forgets what has arrived of a blob. Conflict while bytes arrive.
func (b *Blobs) Abandon(a Arriving) error {
	path := b.arrivingPath(a)
	p, free := b.partials.lock(path)
	if !free {
		return errBusy
	}
	defer p.mu.Unlock()
	return b.forget(path, p)
}

func (b *Blobs) forget(path string, p *partial) error {
	p.hash, p.hashed = nil, 0
	b.partials.drop(path)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return unwritable(b.dir, err)
	}
	return nil
}

// AbandonOld forgets blobs of which nothing has arrived since a time.
func (b *Blobs) AbandonOld(before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(b.dir, incoming))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		info, statErr := entry.Info()
		if statErr != nil || !info.ModTime().Before(before) {
			continue
		}
		path := filepath.Join(b.dir, incoming, entry.Name())
		p, free := b.partials.lock(path)
		if !free {
			continue
		}
		err = errors.Join(err, b.forget(path, p))
		p.mu.Unlock()
	}
	return err
}

// lock returns a partial that nobody else has, until its mutex is unlocked; free is false when somebody has it. Both
// happen under one mutex: one that was dropped meanwhile is never handed out.
func (p *partials) lock(path string) (one *partial, free bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[string]*partial{}
	}
	if p.open[path] == nil {
		p.open[path] = &partial{}
	}
	one = p.open[path]
	return one, one.mu.TryLock()
}

func (p *partials) drop(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, path)
}

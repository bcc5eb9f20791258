package derived

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hands is a clock that goes on by a second with each look at it.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(time.Second)
	return h.now
}

func newHands() *hands { return &hands{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

// key is the key of a page of the n-th document.
func key(n, page int) Key {
	return Key{SHA256: fmt.Sprintf("%064x", n), Of: fmt.Sprint("page ", page)}
}

func put(t *testing.T, p *Pictures, k Key, data []byte) {
	t.Helper()
	if err := p.Put(k, data); err != nil {
		t.Fatal(err)
	}
}

// has holds what Get answers to want; nil: nothing.
func has(t *testing.T, p *Pictures, k Key, want []byte) {
	t.Helper()
	got, ok := p.Get(k)
	if ok != (want != nil) || !bytes.Equal(got, want) {
		t.Errorf("%v is %q, %t, want %q", k, got, ok, want)
	}
}

// files are all files in a folder, by path.
func files(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		all[path] = info.Size()
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return all
}

func TestPicturesAreFoundByEverythingThatDecidesThem(t *testing.T) {
	t.Parallel()
	dir, clock := filepath.Join(t.TempDir(), "pictures"), newHands()
	p := At(dir, 1<<20, clock.time)
	has(t, p, key(1, 1), nil)
	if len(files(t, dir)) != 0 {
		t.Error("looking makes files")
	}
	put(t, p, key(1, 1), []byte("one"))
	put(t, p, key(1, 2), []byte("two"))
	put(t, p, key(2, 1), []byte("three"))
	put(t, p, key(2, 1), []byte("three again"))
	for range 2 {
		has(t, p, key(1, 1), []byte("one"))
		has(t, p, key(1, 2), []byte("two"))
		has(t, p, key(2, 1), []byte("three again"))
		has(t, p, key(2, 2), nil)
		p = At(dir, 1<<20, clock.time) // as after a restart
	}
	for _, k := range []Key{{}, {SHA256: "../../x"}, {SHA256: strings.Repeat("A", 64)}, {SHA256: strings.Repeat("a", 63)}} {
		put(t, p, k, []byte("x"))
		has(t, p, k, nil)
	}
	if n := len(files(t, filepath.Dir(dir))); n != 3 {
		t.Errorf("%d files", n)
	}
}

func TestTheOneAskedForLongestAgoGoesFirst(t *testing.T) {
	t.Parallel()
	dir, clock := t.TempDir(), newHands()
	const limit = 16 * (100 + 32)
	p := At(dir, limit, clock.time)
	data := bytes.Repeat([]byte("x"), 100)
	for n := range 16 {
		put(t, p, key(n, 1), data)
	}
	has(t, p, key(0, 1), data)
	put(t, p, key(16, 1), data)
	has(t, p, key(1, 1), nil)
	has(t, p, key(0, 1), data)
	p = At(dir, limit, clock.time) // the order outlasts a restart
	for n := range 14 {
		has(t, p, key(15-n, 1), data)
	}
	p = At(dir, limit, clock.time)
	put(t, p, key(17, 1), data)
	for n := range 18 {
		switch n {
		case 1, 16:
			has(t, p, key(n, 1), nil)
		default:
			has(t, p, key(n, 1), data)
		}
	}
	var size int64
	for _, n := range files(t, dir) {
		size += n
	}
	if size > limit {
		t.Errorf("%d bytes, and %d are the limit", size, limit)
	}
	put(t, p, key(99, 1), bytes.Repeat(data, 3)) // more than an eighth of all
	has(t, p, key(99, 1), nil)
	p = At(dir, limit/2, clock.time) // with a smaller limit what is too much goes at the start
	has(t, p, key(17, 1), data)
	if n := len(files(t, dir)); n > 8 {
		t.Errorf("%d pictures are left", n)
	}
}

// TestDamagedPicturesAreForgotten: an interrupted or falsified file is as good as none.
func TestDamagedPicturesAreForgotten(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"cut short": func(path string) error { return os.Truncate(path, 40) },
		"emptied":   func(path string) error { return os.Truncate(path, 0) },
		"removed":   os.Remove,
		"changed":   func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("x"), 50), 0o600) },
	} {
		dir, clock := t.TempDir(), newHands()
		p := At(dir, 1<<20, clock.time)
		put(t, p, key(1, 1), []byte("a picture of a page"))
		for path := range files(t, dir) {
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if got, ok := p.Get(key(1, 1)); ok {
				t.Errorf("%s: %q", name, got)
			}
		}
		if n := len(files(t, dir)); n != 0 || p.size != 0 {
			t.Errorf("%s: %d files are left, %d bytes are counted", name, n, p.size)
		}
		put(t, p, key(1, 1), []byte("anew"))
		has(t, p, key(1, 1), []byte("anew"))
	}
}

func TestWhatACrashLeftIsSwept(t *testing.T) {
	t.Parallel()
	dir, clock := t.TempDir(), newHands()
	put(t, At(dir, 1<<20, clock.time), key(1, 1), []byte("one"))
	for _, name := range []string{temporary + "123", "README", filepath.Join("ab", strings.Repeat("c", nameSize))} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := At(dir, 1<<20, clock.time)
	has(t, p, key(1, 1), []byte("one"))
	left := files(t, dir)
	if _, there := left[filepath.Join(dir, temporary+"123")]; there || len(left) != 3 {
		t.Errorf("left are %v", left)
	}
}

func TestPicturesOfADocumentAreForgotten(t *testing.T) {
	t.Parallel()
	dir, clock := t.TempDir(), newHands()
	p := At(dir, 1<<20, clock.time)
	for n := range 3 {
		put(t, p, key(n, 1), []byte("first"))
		put(t, p, key(n, 2), []byte("second"))
	}
	p = At(dir, 1<<20, clock.time)
	if got := p.Documents(); !slices.Equal(got, []string{key(0, 1).SHA256, key(1, 1).SHA256, key(2, 1).SHA256}) {
		t.Errorf("documents %v", got)
	}
	p.Forget(key(0, 1).SHA256, key(9, 1).SHA256)
	has(t, p, key(0, 1), nil)
	has(t, p, key(0, 2), nil)
	has(t, p, key(1, 2), []byte("second"))
	if err := p.Clear(); err != nil {
		t.Fatal(err)
	}
	has(t, p, key(1, 2), nil)
	if len(files(t, dir)) != 0 || len(p.Documents()) != 0 {
		t.Errorf("left are %v", files(t, dir))
	}
	put(t, p, key(1, 2), []byte("anew"))
	has(t, p, key(1, 2), []byte("anew"))
}

func TestOneAtATimeMakesAPicture(t *testing.T) {
	t.Parallel()
	p := At(t.TempDir(), 1<<20, newHands().time)
	made := 0
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			done, err := p.Begin(t.Context(), key(1, 1))
			if err != nil {
				t.Error(err)
				return
			}
			defer done()
			if _, ok := p.Get(key(1, 1)); ok {
				return
			}
			made++
			put(t, p, key(1, 1), []byte("one"))
		})
	}
	callers.Wait()
	if made != 1 || len(p.begun) != 0 {
		t.Errorf("made %d times, %d are under way", made, len(p.begun))
	}
	done, err := p.Begin(t.Context(), key(1, 1))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Begin(ctx, key(1, 1)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	other, err := p.Begin(ctx, key(1, 2))
	if err != nil {
		t.Error(err)
	}
	other()
	done()
}

// TestManyAtOnce has readers, writers and removers at work together; what is found must be whole.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	clock := newHands()
	p := At(t.TempDir(), 40*132, clock.time)
	var callers sync.WaitGroup
	for worker := range 8 {
		callers.Go(func() {
			for i := range 60 {
				n := (i*7 + worker) % 30
				data := bytes.Repeat([]byte{byte(n)}, 100)
				if err := p.Put(key(n, worker%2), data); err != nil {
					t.Error(err)
				}
				if got, ok := p.Get(key(n, worker%2)); ok && !bytes.Equal(got, data) {
					t.Errorf("picture %d is %q", n, got)
				}
				if i%20 == 19 {
					p.Forget(key(n, 0).SHA256)
				}
			}
		})
	}
	callers.Wait()
	var size int64
	for _, n := range files(t, p.dir) {
		size += n
	}
	if size != p.size || size > p.limit {
		t.Errorf("%d bytes are there, %d are counted, %d are the limit", size, p.size, p.limit)
	}
}

func TestAFolderThatCannotBeWrittenTo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := At(dir, 1<<20, newHands().time)
	if err := p.Put(key(1, 1), []byte("one")); err == nil {
		t.Error("a file is a folder")
	}
	has(t, p, key(1, 1), nil)
}

package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// shelf is Small in memory.
type shelf struct {
	mu    sync.Mutex
	bytes map[string][]byte
}

func (s *shelf) PutSmall(_ context.Context, hash string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes[hash] = bytes.Clone(data)
	return nil
}

func (s *shelf) Small(_ context.Context, hash string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.bytes[hash]
	return data, ok, nil
}

func (s *shelf) DeleteSmall(_ context.Context, hash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bytes, hash)
	return nil
}

func open(t *testing.T) (*Blobs, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs [1]")
	b, err := Open(dir, &shelf{bytes: map[string][]byte{}})
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

func TestBytesComeBack(t *testing.T) {
	t.Parallel()
	b, _ := open(t)
	ctx := context.Background()
	for _, size := range []int{0, 1, SmallLimit, SmallLimit + 1, 3 << 20} {
		data := bytes.Repeat([]byte{byte(size), 7}, size/2+1)[:size]
		hash, n, err := b.Put(ctx, bytes.NewReader(data))
		sum := sha256.Sum256(data)
		if err != nil || n != int64(size) || hash != hex.EncodeToString(sum[:]) {
			t.Fatalf("put %d bytes: %s, %d, %v", size, hash, n, err)
		}
		if _, _, err := b.Put(ctx, bytes.NewReader(data)); err != nil {
			t.Errorf("again: %v", err)
		}
		r, err := b.Open(ctx, hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back as %d, %v", size, len(got), err)
		}
		f, err := b.OpenFile(ctx, hash)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back from the file as %d, %v", size, len(got), err)
		}
		f.Close()
		if err := b.Delete(ctx, hash); err != nil {
			t.Fatal(err)
		}
		if here, err := b.Has(ctx, hash); here || err != nil {
			t.Errorf("after deletion: here %v, %v", here, err)
		}
	}
}

func TestBrokenUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	b, dir := open(t)
	broken := io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), iotest.ErrReader(errors.New("cut")))
	if _, _, err := b.Put(context.Background(), broken); err == nil {
		t.Error("a broken upload was stored")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStagedBytesAreNoBlobUntilTheyAreKept(t *testing.T) {
	t.Parallel()
	b, dir := open(t)
	ctx := context.Background()
	for _, size := range []int{0, 10, SmallLimit, SmallLimit + 1, 1 << 20} {
		data := bytes.Repeat([]byte{byte(size), 3}, size/2+1)[:size]
		dropped, err := b.Stage(ctx, bytes.NewReader(data))
		if err != nil || dropped.Size != int64(size) || !bytes.Equal(dropped.Head, data[:min(size, SmallLimit)]) {
			t.Fatalf("%d bytes: %+v, %v", size, dropped, err)
		}
		if here, err := b.Has(ctx, dropped.SHA256); here || err != nil {
			t.Errorf("%d bytes are here before they are kept: %v", size, err)
		}
		kept, err := b.Stage(ctx, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := kept.Keep(ctx); err != nil {
			t.Fatal(err)
		}
		dropped.Drop()
		kept.Drop()
		if here, err := b.Has(ctx, kept.SHA256); !here || err != nil {
			t.Errorf("%d bytes are not here: %v", size, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(escapeGlob(dir), temporary+"*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOpeningSweepsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	_, dir := open(t)
	left := filepath.Join(dir, temporary+"123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file is still there: %v", err)
	}
}

func TestOnlyHashesAreNames(t *testing.T) {
	t.Parallel()
	b, _ := open(t)
	for _, name := range []string{"", "..", "../../etc/passwd", "zz", "AB" + hashTail} {
		if _, err := b.Open(context.Background(), name); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%q: %v", name, err)
		}
		if err := b.Delete(context.Background(), name); err != nil {
			t.Errorf("delete %q: %v", name, err)
		}
	}
}

const hashTail = "cdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"

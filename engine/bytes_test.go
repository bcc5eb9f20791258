package engine_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// noise is bytes that nothing compresses, the same for the same seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	for i, r := 0, rand.New(rand.NewPCG(seed, 1)); i < n; i++ {
		b[i] = byte(r.Uint32())
	}
	return b
}

func blobOf(b []byte) catalog.Blob { return catalog.Blob{SHA256: hashOf(b), Size: int64(len(b))} }

func workspaceOf(t *testing.T, e *enginetest.Engine) string {
	t.Helper()
	w, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	return w.ID
}

func dataDir(t *testing.T, e *enginetest.Engine) string {
	t.Helper()
	status, err := e.Status(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	return status.DataDir
}

func TestBytesArriveInPieces(t *testing.T) {
	t.Parallel()
	e := start(t)
	w, b, ctx := workspaceOf(t, e), e.Bytes(), e.Owner()
	whole := noise(1, 300_000)
	what := blobOf(whole)
	receive := func(offset int, r io.Reader, want int64, code catalog.Code) {
		t.Helper()
		have, err := b.Receive(ctx, w, what, int64(offset), r)
		if catalog.CodeOf(err) != code || code == "" && have != want {
			t.Fatalf("received up to %d (%v), want %d (%s)", have, err, want, code)
		}
	}
	receive(0, bytes.NewReader(whole[:100_000]), 100_000, "")
	receive(0, bytes.NewReader(whole), 0, catalog.Conflict)
	cut := io.MultiReader(bytes.NewReader(whole[100_000:150_000]), iotest.ErrReader(errors.New("cut")))
	if have, err := b.Receive(ctx, w, what, 100_000, cut); err == nil || have != 150_000 {
		t.Fatalf("after a cut %d, %v", have, err)
	}
	if n, err := b.Received(ctx, w, what.SHA256); n != 150_000 || err != nil {
		t.Fatalf("received %d, %v", n, err)
	}
	if missing, err := b.Missing(ctx, w, []string{what.SHA256}); err != nil || len(missing) != 1 {
		t.Errorf("half a blob is there: %v, %v", missing, err)
	}
	receive(150_000, bytes.NewReader(whole[150_000:]), 300_000, "")
	opened, err := b.Open(ctx, w, what.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if got, err := io.ReadAll(opened); err != nil || !bytes.Equal(got, whole) || opened.Size != what.Size || opened.Still() != nil {
		t.Errorf("opened %d bytes, %v", len(got), err)
	}
	left, err := filepath.Glob(filepath.Join(dataDir(t, e), "blobs", "incoming", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWrongBytesAreDropped(t *testing.T) {
	t.Parallel()
	e := start(t)
	w, b, ctx := workspaceOf(t, e), e.Bytes(), e.Owner()
	for _, size := range []int{100, 100_000} {
		right, wrong := noise(2, size), noise(3, size)
		what := blobOf(right)
		if _, err := b.Receive(ctx, w, what, 0, bytes.NewReader(wrong)); catalog.CodeOf(err) != catalog.Corrupt {
			t.Errorf("%d wrong bytes: %v", size, err)
		}
		if _, err := b.Receive(ctx, w, what, 0, bytes.NewReader(noise(4, size+1))); catalog.CodeOf(err) != catalog.TooLarge {
			t.Errorf("one too many of %d: %v", size, err)
		}
		if n, err := b.Received(ctx, w, what.SHA256); n != 0 || err != nil {
			t.Errorf("received %d, %v", n, err)
		}
		if have, err := b.Receive(ctx, w, what, 0, bytes.NewReader(right)); err != nil || have != int64(size) {
			t.Errorf("the right ones: %d, %v", have, err)
		}
	}
	small := catalog.BlobBytes{SHA256: hashOf([]byte("one")), Bytes: []byte("other")}
	if err := b.StoreSmall(ctx, w, []catalog.BlobBytes{small}); catalog.CodeOf(err) != catalog.Corrupt {
		t.Errorf("a wrong small one: %v", err)
	}
	for _, hash := range []string{"", "../../etc/passwd", strings.ToUpper(hashOf(nil))} {
		if _, err := b.Received(ctx, w, hash); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", hash, err)
		}
	}
}

// TestBytesGoOnAfterARestart stops half-way: what is there is hashed again, so a hole that a crash of the machine left is
// found at the end.
func TestBytesGoOnAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true})
	w, whole := workspaceOf(t, e), noise(5, 400_000)
	what := blobOf(whole)
	if _, err := e.Bytes().Receive(e.Owner(), w, what, 0, bytes.NewReader(whole[:200_000])); err != nil {
		t.Fatal(err)
	}
	e.Stop()
	files, err := filepath.Glob(filepath.Join(dir, "blobs", "incoming", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("arriving: %v, %v", files, err)
	}
	f, err := os.OpenFile(files[0], os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 4096), 8192); err != nil {
		t.Fatal(err)
	}
	f.Close()
	e = enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true})
	if _, err := e.Bytes().Receive(e.Owner(), w, what, 200_000, bytes.NewReader(whole[200_000:])); catalog.CodeOf(err) != catalog.Corrupt {
		t.Errorf("a file with a hole became a blob: %v", err)
	}
}

func TestReachIsAWorkspaces(t *testing.T) {
	t.Parallel()
	e := start(t)
	mine, b, ctx := workspaceOf(t, e), e.Bytes(), e.Owner()
	other, err := e.CreateWorkspace(ctx, engine.WorkspaceSpec{Name: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	secret := []byte("a secret of one workspace")
	if err := b.StoreSmall(ctx, mine, []catalog.BlobBytes{{SHA256: hashOf(secret), Bytes: secret}}); err != nil {
		t.Fatal(err)
	}
	if missing, err := b.Missing(ctx, other.ID, []string{hashOf(secret)}); err != nil || len(missing) != 1 {
		t.Errorf("another workspace has it: %v, %v", missing, err)
	}
	if _, err := b.Open(ctx, other.ID, hashOf(secret)); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("another workspace opened it: %v", err)
	}
	if missing, err := b.Missing(ctx, mine, []string{hashOf(secret), hashOf(nil)}); err != nil || !slices.Equal(missing, []string{hashOf(nil)}) {
		t.Errorf("missing %v, %v", missing, err)
	}
}

// TestFilesAreSentFromWhereTheyLie opens the bytes of a watched folder, and not those of a file that has changed.
func TestFilesAreSentFromWhereTheyLie(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{"a.txt": "as it was captured"})
	e := start(t)
	e.Watch(dir)
	w, b, ctx := workspaceOf(t, e), e.Bytes(), e.Owner()
	hash := hashOf([]byte("as it was captured"))
	opened, err := b.Open(ctx, w, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if got, err := io.ReadAll(opened); err != nil || string(got) != "as it was captured" || opened.Format != "text/plain" {
		t.Errorf("%q as %q, %v", got, opened.Format, err)
	}
	if stored, _ := filepath.Glob(filepath.Join(dataDir(t, e), "blobs", "*", "*")); len(stored) > 0 {
		t.Errorf("copied: %v", stored)
	}
	f, err := os.OpenFile(filepath.Join(dir, "a.txt"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(", and more"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := opened.Still(); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a file that grew: %v", err)
	}
	if _, err := b.Open(ctx, w, hash); err == nil {
		t.Error("a file that grew is opened as what it was")
	}
	e.Eventually("the new bytes are known", func() bool {
		missing, err := b.Missing(ctx, w, []string{hashOf([]byte("as it was captured, and more"))})
		return err == nil && len(missing) == 0
	})
}

package store

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/simnet"
)

// simulated is this store as the simulation of synchronisation needs it. Files are in a temporary directory and nothing is
// synced to the disk: what a crash of the machine does is SQLite's own business, and tested elsewhere.
type simulated struct {
	*Store
	dir    string
	now    func() time.Time
	random io.Reader
	fail   func(step string) error
}

var _ simnet.Replica = (*simulated)(nil)

// emptyDatabase is the file of a database that has the newest schema and nothing in it, made once.
var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "sheaf-empty")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, FileName)
	db := openHandle(path, "rwc", 1)
	if err := migrate(context.Background(), db, path); err != nil {
		return nil, err
	}
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// simulate makes a data directory beneath root.
func simulate(root string, now func() time.Time, random io.Reader) *simulated {
	dir, err := os.MkdirTemp(root, "d")
	orPanic(err)
	empty, err := emptyDatabase()
	orPanic(err)
	s := &simulated{dir: dir, now: now, random: random}
	s.put(empty)
	return s
}

// orPanic ends a simulation for which the machine is to blame.
func orPanic(err error) {
	if err != nil {
		panic(err)
	}
}

func (s *simulated) path() string { return filepath.Join(s.dir, FileName) }

// put makes the directory's database another one and opens it.
func (s *simulated) put(database []byte) {
	for _, name := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(s.path() + name); err != nil && !os.IsNotExist(err) {
			panic(err)
		}
	}
	orPanic(os.WriteFile(s.path(), database, 0o600))
	opened, err := Open(context.Background(), s.dir, Options{Now: s.now, Random: s.random})
	orPanic(err)
	_, err = opened.writer.ExecContext(context.Background(), "PRAGMA synchronous = OFF")
	orPanic(err)
	s.Store = opened
}

func (s *simulated) Open(feed string) {
	orPanic(s.write(context.Background(), func(t *tx) error {
		var there bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM feed WHERE id = ?)", feed).Scan(&there); err != nil || there {
			return err
		}
		if user, ok := catalog.FeedUser(feed); ok {
			_, err := t.exec("INSERT INTO user (id, email, organization, role, created_at) VALUES (?, ?, ?, 'member', 0)", user, user+"@example.org", ownOrganization)
			return err
		}
		_, err := t.insertWorkspace(feed, ownOrganization, WorkspaceSpec{Name: feed})
		return err
	}))
}

func (s *simulated) Backup() any {
	_, err := s.writer.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	orPanic(err)
	database, err := os.ReadFile(s.path())
	orPanic(err)
	return database
}

func (s *simulated) Restore(backup any) {
	orPanic(s.Store.Close())
	s.put(backup.([]byte))
}

func (s *simulated) PutBlob(feed, sha256 string) {
	orPanic(s.BlobsArrived(context.Background(), feed, []Blob{{SHA256: sha256, Size: 1}}))
}

func (s *simulated) SetRole(feed, userID string, role catalog.Role) {
	orPanic(s.write(context.Background(), func(t *tx) error {
		workspace, err := t.liveWorkspace(feed)
		if err != nil {
			return err
		}
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		if role == catalog.RoleNone {
			_, err = t.exec("DELETE FROM member WHERE workspace = ? AND user = ?", workspace, user)
			return err
		}
		_, err = t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET role = excluded.role", workspace, user, role)
		return err
	}))
}

// writes are the beginnings of the statements before which a program may crash.
var writes = []string{"INSERT INTO item", "DELETE FROM item_field", "INSERT INTO feed_note", "DELETE FROM feed_note", "INSERT INTO stage", "DELETE FROM stage",
	"INSERT INTO grave", "UPDATE feed SET", "INSERT INTO content ", "UPDATE content SET", "INSERT INTO device", "UPDATE device", "COMMIT"}

func (s *simulated) SetFail(fail func(step string) error) {
	s.fail = fail
	if s.failing = nil; fail == nil {
		return
	}
	s.failing = func(query string) error {
		for _, begin := range writes {
			if strings.HasPrefix(query, begin) {
				return fail(query)
			}
		}
		return nil
	}
}

func (s *simulated) UpdateItems(ctx context.Context, feed string, change func(catalog.ItemTx) error) error {
	err := s.Store.UpdateItems(ctx, feed, change)
	if err == nil && s.fail != nil {
		return s.fail("committed") // it is kept, and nobody has heard of it
	}
	return err
}

func (s *simulated) Close() {
	orPanic(s.Store.Close())
	orPanic(os.RemoveAll(s.dir))
}

// failedOnce are seeds whose histories ended badly at some time: one that forgot to write its own again after it had taken
// a new id, one that stamped again by a clock that stayed ahead, for ever, one in which a hub that was put back took the
// receipts of a copy for those of the device itself.
var failedOnce = []uint64{80, 90, 1359}

// TestSimulation plays histories of the real hub and real peers over this store: SHEAF_SEEDS of them, or 3,000 where CI is
// set, else 100; and those that failed once.
func TestSimulation(t *testing.T) {
	t.Parallel()
	n := uint64(100)
	if os.Getenv("CI") != "" && !testing.Short() {
		n = 3000
	}
	if text := os.Getenv("SHEAF_SEEDS"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SHEAF_SEEDS is %q", text)
		}
	}
	root := t.TempDir()
	var next, broken atomic.Uint64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for seed := next.Add(1); seed <= n && broken.Load() == 0; seed = next.Add(1) {
				if err := playOver(root, seed, nil); err != nil {
					broken.Store(seed)
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
	wait.Wait()
	for _, seed := range failedOnce {
		if seed > n {
			check(t, playOver(root, seed, nil))
		}
	}
}

// TestOneHistory plays the history of SHEAF_SEED and tells what happens in it.
func TestOneHistory(t *testing.T) {
	text := os.Getenv("SHEAF_SEED")
	if text == "" {
		t.Skip("SHEAF_SEED names no seed")
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	check(t, err)
	check(t, playOver(t.TempDir(), seed, t.Logf))
}

// playOver plays one history over directories beneath root.
func playOver(root string, seed uint64, trace func(format string, args ...any)) error {
	return simnet.Run(seed, simnet.Options{Trace: trace, New: func(_ string, now func() time.Time, random io.Reader) simnet.Replica {
		return simulate(root, now, random)
	}})
}

//go:build unix

package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// TestTheLockOfADeadOwner: who forked and was killed leaves the lock with the child until that has become another program.
func TestTheLockOfADeadOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true}).Stop()
	left, err := os.OpenFile(filepath.Join(dir, "sheaf.lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer left.Close()
	lock := int(left.Fd())
	if err := syscall.Flock(lock, syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	own := func(pid int) {
		if err := os.WriteFile(filepath.Join(dir, "sheaf.pid"), []byte(strconv.Itoa(pid)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own(os.Getpid())
	if _, err := engine.Open(t.Context(), engine.Options{DataDir: dir, NoModel: true}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("beside a living owner: %v", err)
	}
	dead := exec.Command(os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	own(dead.Process.Pid)
	execs := time.AfterFunc(100*time.Millisecond, func() { _ = syscall.Flock(lock, syscall.LOCK_UN) })
	defer execs.Stop()
	enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true}).Stop()
}

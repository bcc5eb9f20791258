package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

// lock makes this process the one owner of a data directory. The lock itself is the kernel's, so it ends with the
// process however that ends; the pid beside it is for the message.
type lock struct {
	file *flock.Flock
	pid  string
}

func takeLock(ctx context.Context, dir string) (*lock, error) {
	l := &lock{file: flock.New(filepath.Join(dir, "sheaf.lock")), pid: filepath.Join(dir, "sheaf.pid")}
	taken, err := l.seize(ctx)
	if err != nil {
		return nil, catalog.WrapError(catalog.Denied, "The data directory "+dir+" cannot be locked. Check that it may be written.", err)
	}
	if !taken {
		return nil, &catalog.Error{Code: catalog.Conflict, Message: busyMessage(dir, l.pid), Err: ErrBusy}
	}
	if err := os.WriteFile(l.pid, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return nil, errors.Join(catalog.WrapError(catalog.Denied, "The data directory "+dir+" cannot be written.", err), l.file.Unlock())
	}
	return l, nil
}

// leftover is how long the lock of a process that has ended may last.
const leftover = 5 * time.Second

// seize takes the lock, and reports false when another process has it. One that was killed while it started a child may
// seem to: between fork and exec the child has all that its parent had, the lock as well. That passes.
func (l *lock) seize(ctx context.Context) (bool, error) {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for until := time.Now().Add(leftover); ; {
		taken, err := l.file.TryLock()
		if taken || err != nil || time.Now().After(until) || !l.ownerEnded() {
			return taken, err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// ownerEnded reports whether the process that noted itself as the owner is no more.
func (l *lock) ownerEnded() bool {
	text, err := os.ReadFile(l.pid)
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	return err == nil && pid > 0 && machine.Ended(pid)
}

// ErrBusy is beneath the Conflict error of Open when another process owns the data directory.
var ErrBusy = errors.New("data directory in use")

func busyMessage(dir, pidFile string) string {
	message := "The data directory " + dir + " is in use by another Sheaf"
	if pid, err := os.ReadFile(pidFile); err == nil && len(pid) > 0 {
		message += " (process " + strings.TrimSpace(string(pid)) + ")"
	}
	return message + "."
}

// release gives the directory free. The lock file stays: removing it would let two processes lock different files.
func (l *lock) release() error {
	return errors.Join(os.Remove(l.pid), l.file.Unlock())
}

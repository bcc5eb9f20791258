package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lock makes this process the one owner of a data directory. The lock itself is the kernel's, so it ends with the
// process however that ends; the pid beside it is for the message.
type lock struct {
	file *flock.Flock
	pid  string
}

func takeLock(dir string) (*lock, error) {
	l := &lock{file: flock.New(filepath.Join(dir, "sheaf.lock")), pid: filepath.Join(dir, "sheaf.pid")}
	taken, err := l.file.TryLock()
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

//go:build unix

package machine

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Ended reports whether there is no process with that id.
func Ended(pid int) bool { return errors.Is(unix.Kill(pid, 0), unix.ESRCH) }

package extract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// breakOut tries all that a confined child must not be able to do, and tells as a Conflict what it could. name ends with
// a file of the test's own, beside the one that is being read, which the child was not handed.
func breakOut(secret string) error {
	could := []string{}
	try := func(what string, err error) {
		if err == nil {
			could = append(could, what)
		}
	}
	for _, path := range []string{secret, "/etc/passwd", "/proc/1/environ", "/proc/self/environ"} {
		_, err := os.ReadFile(path)
		try("read "+path, err)
	}
	_, err := os.ReadDir(filepath.Dir(secret))
	try("list a folder", err)
	try("write a file", os.WriteFile(secret+".new", []byte("x"), 0o600))
	try("write into /tmp", os.WriteFile(filepath.Join(os.TempDir(), "sheaf-break-out"), []byte("x"), 0o600))
	try("remove a file", os.Remove(secret))
	for name, family := range map[string]int{"unix": unix.AF_UNIX, "inet": unix.AF_INET, "inet6": unix.AF_INET6, "netlink": unix.AF_NETLINK, "packet": unix.AF_PACKET} {
		_, err := unix.Socket(family, unix.SOCK_STREAM, 0)
		try("make a socket of "+name, err)
	}
	try("make a namespace", unix.Unshare(unix.CLONE_NEWUSER))
	try("watch its parent", unix.PtraceAttach(os.Getppid()))
	_, err = unix.OpenByHandleAt(unix.AT_FDCWD, unix.NewFileHandle(1, make([]byte, 8)), 0)
	if !errors.Is(err, unix.EPERM) {
		try(fmt.Sprintf("open by handle: %v", err), nil)
	}
	for fd := 3; fd < maxDescriptors; fd++ {
		var state unix.Stat_t
		if unix.Fstat(fd, &state) == nil && state.Mode&unix.S_IFMT == unix.S_IFIFO && !ownPipe(state) {
			could = append(could, fmt.Sprintf("use descriptor %d of its parent", fd))
		}
	}
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "GOMAXPROCS", "GOTRACEBACK", "PATH", "SHEAF_EXTRACT_CONFINED":
		default:
			could = append(could, "know "+name)
		}
	}
	if len(could) == 0 {
		return catalog.Errorf(catalog.Denied, "It could do nothing.")
	}
	return catalog.Errorf(catalog.Conflict, "It could %s.", strings.Join(could, ", "))
}

// ownPipe tells the pipes that a child has for its answers and errors from any other.
func ownPipe(state unix.Stat_t) bool {
	for fd := 1; fd <= 2; fd++ {
		var own unix.Stat_t
		if unix.Fstat(fd, &own) == nil && own.Ino == state.Ino {
			return true
		}
	}
	return false
}

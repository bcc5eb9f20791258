package extract

import (
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

const confinedMark = "SHEAF_EXTRACT_CONFINED=1"

// boxes are the ways to start a child, tightest first: with a network namespace of its own, in which there is no
// network, where the kernel lets an ordinary user make one; otherwise without. Either way the child is killed when the
// parent dies, even in the middle of a file.
func boxes() []*syscall.SysProcAttr {
	uid, gid := os.Getuid(), os.Getgid()
	return []*syscall.SysProcAttr{
		{
			Pdeathsig:   syscall.SIGKILL,
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}},
		},
		{Pdeathsig: syscall.SIGKILL},
	}
}

// confine gives up the right to gain rights. The kernel keeps that per thread and Go has several by now, so the program
// is started over in place, by the one thread that has given it up.
func confine() error {
	if os.Getenv("SHEAF_EXTRACT_CONFINED") != "" {
		return nil
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return nil // an old kernel; the rest of the box still stands
	}
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	err := unix.Exec("/proc/self/exe", os.Args, append(os.Environ(), confinedMark))
	return fmt.Errorf("start over: %w", err)
}

// limitMemory bounds what may be written to, not addresses: Go and wazero reserve far more addresses than they use.
func limitMemory(bytes uint64) {
	_ = unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes})
}

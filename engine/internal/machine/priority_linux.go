package machine

import "golang.org/x/sys/unix"

const (
	lowest = 19 // the nicest of nice values

	ioprioWhoProcess = 1 // linux/ioprio.h
	ioprioIdle       = 3 << 13
)

// Lower puts the calling thread behind those of other programs, for the processor and for the disk: it gets what they
// leave. There is no way back without a right that few have, so whoever calls it from a goroutine locks the thread and
// never unlocks it. Processes that the thread starts, and programs it becomes, inherit. It reports whether it could.
func Lower() bool {
	nice := unix.Setpriority(unix.PRIO_PROCESS, 0, lowest) == nil // 0: this thread
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, 0, ioprioIdle)
	return nice
}

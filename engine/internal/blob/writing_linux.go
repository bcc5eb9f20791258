package blob

import (
	"os"

	"golang.org/x/sys/unix"
)

// startWriting lets the system begin to bring bytes to the disk, so that the flush at the end finds little left to do.
// It does not wait, and promises nothing.
func startWriting(f *os.File, offset, n int64) {
	if n > 0 {
		_ = unix.SyncFileRange(int(f.Fd()), offset, n, unix.SYNC_FILE_RANGE_WRITE) // a hint
	}
}

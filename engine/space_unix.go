//go:build unix

package engine

import "golang.org/x/sys/unix"

// freeSpace returns the bytes that this user may still write on the file system of dir.
func freeSpace(dir string) (uint64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return uint64(fs.Bavail) * uint64(fs.Bsize), nil
}

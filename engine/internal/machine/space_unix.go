//go:build unix

package machine

import "golang.org/x/sys/unix"

// Volume returns how large the file system of dir is and the bytes that this user may still write on it.
func Volume(dir string) (size, free int64, err error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, 0, err
	}
	block := uint64(fs.Bsize)
	return int64(uint64(fs.Blocks) * block), int64(uint64(fs.Bavail) * block), nil
}

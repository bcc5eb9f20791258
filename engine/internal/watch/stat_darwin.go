package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

const (
	flagHidden   = 0x8000     // UF_HIDDEN, sys/stat.h
	flagDataless = 0x40000000 // SF_DATALESS, sys/stat.h: reading would fetch the bytes
)

func openDir(path string) (*os.File, error) {
	return longpath.Open(path, os.O_RDONLY|openFlags|syscall.O_DIRECTORY)
}

func statAt(_ *os.File, path, name string) (stat, error) { return lstat(filepath.Join(path, name)) }

func lstat(path string) (stat, error) {
	info, err := longpath.Lstat(path)
	if err != nil {
		return stat{}, err
	}
	s := stat{FileStat: catalog.FileStat{Size: info.Size(), ModTime: info.ModTime().UnixNano()}, mode: info.Mode()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Inode, s.device = sys.Ino, uint64(sys.Dev)
		s.Birth = sys.Birthtimespec.Sec*1e9 + sys.Birthtimespec.Nsec
		s.cloud = sys.Flags&flagDataless != 0
		s.hidden = sys.Flags&flagHidden != 0
	}
	return s, nil
}

func deviceOf(info fs.FileInfo) uint64 {
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(sys.Dev)
	}
	return 0
}

// remoteKind names the kind of file system beneath path when notifications cannot be trusted there, else "".
func remoteKind(path string) string {
	var s syscall.Statfs_t
	const local = 0x1000 // MNT_LOCAL, sys/mount.h
	if syscall.Statfs(path, &s) != nil || s.Flags&local != 0 {
		return ""
	}
	return "network"
}

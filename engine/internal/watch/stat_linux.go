package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// inlineLimit is the size up to which some file systems keep a file's bytes in its inode, with no block of its own.
const inlineLimit = 1024

func openDir(path string) (*os.File, error) {
	return longpath.Open(path, os.O_RDONLY|openFlags|syscall.O_DIRECTORY)
}

// statAt looks at name in the open directory dir, whose path is path.
func statAt(dir *os.File, path, name string) (stat, error) {
	return statx(int(dir.Fd()), path, name)
}

func lstat(path string) (stat, error) {
	if !longpath.Long(path) {
		return statx(unix.AT_FDCWD, "", path)
	}
	dir, err := openDir(filepath.Dir(path))
	if err != nil {
		return stat{}, err
	}
	defer dir.Close()
	return statx(int(dir.Fd()), filepath.Dir(path), filepath.Base(path))
}

// statx looks at name in the open directory dirfd, whose path, for messages, is dir.
func statx(dirfd int, dir, name string) (stat, error) {
	var x unix.Statx_t
	const flags = unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT | unix.AT_STATX_SYNC_AS_STAT
	err := unix.Statx(dirfd, name, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &x)
	for err == unix.EINTR {
		err = unix.Statx(dirfd, name, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &x)
	}
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) { // an old kernel or a strict sandbox
		return plainLstat(filepath.Join(dir, name))
	}
	if err != nil {
		return stat{}, &fs.PathError{Op: "lstat", Path: filepath.Join(dir, name), Err: err}
	}
	s := stat{
		FileStat: catalog.FileStat{Size: int64(x.Size), ModTime: x.Mtime.Sec*1e9 + int64(x.Mtime.Nsec), Inode: x.Ino},
		mode:     modeOf(x.Mode),
		device:   unix.Mkdev(x.Dev_major, x.Dev_minor),
		cloud:    x.Blocks == 0 && x.Size > inlineLimit,
	}
	if x.Mask&unix.STATX_BTIME != 0 {
		s.Birth = x.Btime.Sec*1e9 + int64(x.Btime.Nsec)
	}
	return s, nil
}

func plainLstat(path string) (stat, error) {
	info, err := longpath.Lstat(path)
	if err != nil {
		return stat{}, err
	}
	s := stat{FileStat: catalog.FileStat{Size: info.Size(), ModTime: info.ModTime().UnixNano()}, mode: info.Mode()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Inode, s.device = sys.Ino, sys.Dev
		s.cloud = sys.Blocks == 0 && sys.Size > inlineLimit
	}
	return s, nil
}

func modeOf(mode uint16) fs.FileMode {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return 0
	case unix.S_IFDIR:
		return fs.ModeDir
	case unix.S_IFLNK:
		return fs.ModeSymlink
	case unix.S_IFIFO:
		return fs.ModeNamedPipe
	case unix.S_IFSOCK:
		return fs.ModeSocket
	case unix.S_IFBLK, unix.S_IFCHR:
		return fs.ModeDevice
	}
	return fs.ModeIrregular
}

func deviceOf(info fs.FileInfo) uint64 {
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		return sys.Dev
	}
	return 0
}

// remoteKinds are file systems whose changes by other machines bring no notification (statfs(2)).
var remoteKinds = map[uint32]string{
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "SMB", 0xfe534d42: "SMB", 0x01021997: "9P", 0x786f4256: "VirtualBox",
	0x65735546: "FUSE", 0x5346414f: "AFS", 0x00c36400: "Ceph", 0x73757245: "Coda", 0x564c: "NetWare",
}

// remoteKind names the kind of file system beneath path when notifications cannot be trusted there, else "".
func remoteKind(path string) string {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return ""
	}
	return remoteKinds[uint32(s.Type)]
}

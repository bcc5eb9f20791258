package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

const openFlags = 0

// Attributes of placeholders (winnt.h): reading such a file would fetch its bytes.
const (
	attributeOffline            = 0x1000
	attributeRecallOnOpen       = 0x40000
	attributeRecallOnDataAccess = 0x400000
)

func openDir(path string) (*os.File, error) { return longpath.Open(path, os.O_RDONLY) }

func statAt(_ *os.File, path, name string) (stat, error) { return lstat(filepath.Join(path, name)) }

// lstat knows no inode here: a file's number takes an open handle, and opening may fetch a placeholder.
func lstat(path string) (stat, error) {
	info, err := longpath.Lstat(path)
	if err != nil {
		return stat{}, err
	}
	s := stat{FileStat: catalog.FileStat{Size: info.Size(), ModTime: info.ModTime().UnixNano()}, mode: info.Mode()}
	if sys, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		s.Birth = sys.CreationTime.Nanoseconds()
		s.cloud = sys.FileAttributes&(attributeOffline|attributeRecallOnOpen|attributeRecallOnDataAccess) != 0
		s.hidden = sys.FileAttributes&(syscall.FILE_ATTRIBUTE_HIDDEN|syscall.FILE_ATTRIBUTE_SYSTEM) != 0
	}
	return s, nil
}

// deviceOf is 0, unknown: a drive that is away takes its letter with it.
func deviceOf(fs.FileInfo) uint64 { return 0 }

// remoteKind names the kind of file system beneath path when notifications cannot be trusted there, else "".
func remoteKind(path string) string {
	if strings.HasPrefix(filepath.VolumeName(path), `\\`) {
		return "network"
	}
	return ""
}

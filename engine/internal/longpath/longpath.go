// Package longpath opens and looks at files whose paths are longer than one call of the system takes. A tree may lie that
// deep when its directories were made one from within the other, or moved into place.
//
// Short paths, which are all but all of them, go to the system as they are. A long one is walked from the root of the file
// system, one directory after the other, each opened from within the last.
package longpath

import (
	"os"
	"path/filepath"
)

// most is the length from which paths are walked: the least that a system takes (PATH_MAX with its final NUL on macOS).
// Linux takes four times that, but few paths lie between, and those only cost a moment more.
const most = 1024

// Long reports whether no single call can be relied on to take the path.
func Long(path string) bool { return len(path) >= most }

// Open opens a file with flags, as os.OpenFile does.
func Open(path string, flags int) (*os.File, error) {
	if !Long(path) {
		return os.OpenFile(path, flags, 0)
	}
	root, rel, err := top(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(rel, flags, 0)
}

// Lstat looks at a file, as os.Lstat does.
func Lstat(path string) (os.FileInfo, error) {
	if !Long(path) {
		return os.Lstat(path)
	}
	root, rel, err := top(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Lstat(rel)
}

// top opens the root of the file system that an absolute path begins at.
func top(path string) (root *os.Root, rel string, err error) {
	first := filepath.VolumeName(path) + string(filepath.Separator)
	if rel, err = filepath.Rel(first, path); err != nil {
		return nil, "", err
	}
	root, err = os.OpenRoot(first)
	return root, rel, err
}

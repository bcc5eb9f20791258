//go:build !linux && !darwin && !windows

package watch

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const openFlags = 0

func openDir(path string) (*os.File, error) { return os.Open(path) }

func statAt(_ *os.File, path, name string) (stat, error) { return lstat(filepath.Join(path, name)) }

func lstat(path string) (stat, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return stat{}, err
	}
	return stat{FileStat: catalog.FileStat{Size: info.Size(), ModTime: info.ModTime().UnixNano()}, mode: info.Mode()}, nil
}

func deviceOf(fs.FileInfo) uint64 { return 0 }

func remoteKind(string) string { return "" }

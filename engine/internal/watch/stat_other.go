//go:build !linux && !darwin && !windows

package watch

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

const openFlags = 0

func openDir(path string) (*os.File, error) { return longpath.Open(path, os.O_RDONLY) }

func statAt(_ *os.File, path, name string) (stat, error) { return lstat(filepath.Join(path, name)) }

func lstat(path string) (stat, error) {
	info, err := longpath.Lstat(path)
	if err != nil {
		return stat{}, err
	}
	return stat{FileStat: catalog.FileStat{Size: info.Size(), ModTime: info.ModTime().UnixNano()}, mode: info.Mode()}, nil
}

func deviceOf(fs.FileInfo) uint64 { return 0 }

func remoteKind(string) string { return "" }

package engine

import (
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

// ChildCommand is the first argument with which an engine starts its own executable to read files.
const ChildCommand = "extract-child"

// ExtractChild is the whole life of an extraction child; its result is the exit status. A program that opens engines
// calls it before anything else when its first argument is ChildCommand.
func ExtractChild(stdin, stdout *os.File) int {
	if extract.Behind() {
		standBehind()
	}
	return extract.Child(stdin, stdout)
}

// assetsDir is the directory that holds lib/ and models/: the one named, beside the executable, or the system's.
func assetsDir(o Options) string {
	if o.Assets != "" {
		return o.Assets
	}
	if self, err := os.Executable(); err == nil {
		if resolved, err := filepath.EvalSymlinks(self); err == nil {
			self = resolved
		}
		if dir := filepath.Dir(self); exists(filepath.Join(dir, "lib")) {
			return dir
		}
	}
	return systemAssets
}

const systemAssets = "/usr/lib/sheaf"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

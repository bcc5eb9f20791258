package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// StatNow looks at a regular file without opening it; Path is left empty. Errors: NotFound when it is not there,
// Unsupported when it is no regular file, Denied or Unavailable when it cannot be looked at.
func StatNow(path string) (catalog.FileStat, error) {
	s, err := lstat(path)
	switch {
	case isAbsent(err):
		return catalog.FileStat{}, catalog.WrapError(catalog.NotFound, "The file "+showPath(path)+" is no longer there.", err)
	case isForbidden(err):
		return catalog.FileStat{}, catalog.WrapError(catalog.Denied, "The file "+showPath(path)+" may not be looked at.", err)
	case err != nil:
		return catalog.FileStat{}, catalog.WrapError(catalog.Unavailable, "The file "+showPath(path)+" cannot be looked at now.", err)
	case !s.mode.IsRegular():
		return catalog.FileStat{}, catalog.Errorf(catalog.Unsupported, "%s is not a regular file.", showPath(path))
	}
	return s.FileStat, nil
}

// isAbsent reports whether err says that nothing has that name, in place of that the name could not be looked up.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func isForbidden(err error) bool { return errors.Is(err, fs.ErrPermission) }

// lstatBeneath looks at rel beneath root without following a link anywhere on the way: a directory that was replaced by
// a link is absent. checked remembers directories already looked at.
func lstatBeneath(root, rel string, checked map[string]error) (stat, error) {
	if err := directoriesBeneath(root, parentOf(rel), checked); err != nil {
		return stat{}, err
	}
	s, err := lstat(filepath.Join(root, filepath.FromSlash(rel)))
	s.Path = rel
	return s, err
}

func directoriesBeneath(root, dir string, checked map[string]error) error {
	if dir == "" {
		return nil
	}
	if err, ok := checked[dir]; ok {
		return err
	}
	err := directoriesBeneath(root, parentOf(dir), checked)
	if err == nil {
		var s stat
		if s, err = lstat(filepath.Join(root, filepath.FromSlash(dir))); err == nil && !s.mode.IsDir() {
			err = fs.ErrNotExist
		}
	}
	checked[dir] = err
	return err
}

// isListed reports whether the directory that holds rel lists exactly that name; a file system that ignores case finds
// others too.
func isListed(root, rel string) bool {
	d, err := os.Open(filepath.Join(root, filepath.FromSlash(parentOf(rel))))
	if err != nil {
		return true
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return true
	}
	for _, name := range names {
		if name == baseOf(rel) {
			return true
		}
	}
	return false
}

// showPath makes a path fit for a sentence: valid UTF-8, no control characters.
func showPath(path string) string {
	path = strings.ToValidUTF8(path, "\ufffd")
	return "“" + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, path) + "”"
}

package watch

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
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

// lstatBeneath looks at rel beneath the root without following a link anywhere on the way: a directory that was replaced by
// a link is absent. checked remembers directories already looked at.
func (f *folder) lstatBeneath(rel string, checked map[string]error) (stat, error) {
	if err := f.directoriesBeneath(parentOf(rel), checked); err != nil {
		return stat{}, err
	}
	s, err := f.lstat(filepath.Join(f.spec.Path, filepath.FromSlash(rel)))
	s.Path = rel
	return s, err
}

func (f *folder) directoriesBeneath(dir string, checked map[string]error) error {
	if dir == "" {
		return nil
	}
	if err, ok := checked[dir]; ok {
		return err
	}
	err := f.directoriesBeneath(parentOf(dir), checked)
	if err == nil {
		var s stat
		if s, err = f.lstat(filepath.Join(f.spec.Path, filepath.FromSlash(dir))); err == nil && !s.mode.IsDir() {
			err = fs.ErrNotExist
		}
	}
	checked[dir] = err
	return err
}

// isListed reports whether rel and the directories above it are listed under exactly these names; a file system that
// ignores case finds others too. Where that cannot be told it is taken to be so.
func isListed(root, rel string) bool {
	for ; rel != ""; rel = parentOf(rel) {
		names, err := readNames(filepath.Join(root, filepath.FromSlash(parentOf(rel))))
		if err == nil && !slices.Contains(names, baseOf(rel)) {
			return false
		}
	}
	return true
}

func readNames(dir string) ([]string, error) {
	d, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
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

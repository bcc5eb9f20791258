package watch

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Validate says whether the directory at path may be watched beside the existing folders, and returns its absolute path
// with links resolved. A path that is watched already is returned without error: the caller knows in which workspace.
// home is the person's home directory, reserved are directories of Sheaf's own.
//
// Errors: NotFound (no such folder), Invalid (a file; inside or around another watched folder or a reserved
// directory), Denied (unreadable), NeedsConsent (a home directory or above it, or a file-system root, unless consent).
func Validate(path string, existing []catalog.Folder, home string, consent bool, reserved ...string) (resolved string, err error) {
	resolved, err = resolve(path)
	if err != nil {
		return "", err
	}
	for _, dir := range reserved {
		own := resolveOr(dir)
		switch {
		case resolved == own || contains(own, resolved):
			return "", catalog.Errorf(catalog.Invalid, "%s is where Sheaf keeps its own data. Choose another folder.", showPath(resolved))
		case contains(resolved, own) && !hiddenBeneath(resolved, own):
			return "", catalog.Errorf(catalog.Invalid, "%s holds Sheaf's own data (%s). Choose a folder beside it.", showPath(resolved), showPath(own))
		}
	}
	for _, f := range existing {
		switch {
		case f.Path == resolved:
			return resolved, nil
		case contains(f.Path, resolved):
			return "", catalog.Errorf(catalog.Invalid, "%s lies in %s, which is watched already.", showPath(resolved), showPath(f.Path))
		case contains(resolved, f.Path):
			return "", catalog.Errorf(catalog.Invalid, "%s holds %s, which is watched already. Remove that folder first.", showPath(resolved), showPath(f.Path))
		}
	}
	if consent {
		return resolved, nil
	}
	if filepath.Dir(resolved) == resolved {
		return "", catalog.Errorf(catalog.NeedsConsent, "%s is the root of a file system. Watch all of it only if you mean to.", showPath(resolved))
	}
	if home != "" {
		if home = resolveOr(home); resolved == home || contains(resolved, home) {
			return "", catalog.Errorf(catalog.NeedsConsent, "%s is a whole home directory. Watch all of it only if you mean to.", showPath(resolved))
		}
	}
	return resolved, nil
}

func resolve(path string) (string, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return "", catalog.Errorf(catalog.Invalid, "Name the folder to watch.")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", catalog.WrapError(catalog.Invalid, "Name the folder to watch by its full path.", err)
	}
	resolved, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return "", pathError(absolute, err)
	}
	s, err := lstat(resolved)
	if err != nil {
		return "", pathError(absolute, err)
	}
	if !s.mode.IsDir() {
		return "", catalog.Errorf(catalog.Invalid, "%s is a file. Choose the folder it lies in.", showPath(absolute))
	}
	d, err := openDir(resolved)
	if err != nil {
		return "", pathError(absolute, err)
	}
	defer d.Close()
	if _, err := d.Readdirnames(1); err != nil && err != io.EOF {
		return "", pathError(absolute, err)
	}
	return resolved, nil
}

func pathError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return catalog.WrapError(catalog.NotFound, "There is no folder "+showPath(path)+".", err)
	case isAbsent(err):
		return catalog.WrapError(catalog.Invalid, "A part of "+showPath(path)+" is a file and not a folder.", err)
	case isForbidden(err):
		return catalog.WrapError(catalog.Denied, "The folder "+showPath(path)+" may not be read. Change its permissions first.", err)
	}
	return catalog.WrapError(catalog.Invalid, "The folder "+showPath(path)+" cannot be read.", err)
}

func resolveOr(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return filepath.Clean(path)
}

// contains reports whether inner lies beneath outer.
func contains(outer, inner string) bool {
	outer = strings.TrimSuffix(outer, string(filepath.Separator)) + string(filepath.Separator)
	return inner != outer && strings.HasPrefix(inner, outer)
}

// hiddenBeneath reports whether a part of the way from outer to inner is excluded by default, so that watching outer
// never comes upon inner.
func hiddenBeneath(outer, inner string) bool {
	rel, err := filepath.Rel(outer, inner)
	if err != nil {
		return false
	}
	for part := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if excludedByDefault(part, true) {
			return true
		}
	}
	return false
}

// CountFiles counts the files beneath path that the default rules and ignore files do not exclude; more is true when it
// stopped at limit or when ctx ended.
func CountFiles(ctx context.Context, path string, limit int) (n int, more bool) {
	w := walker{root: path, openDir: openDir}
	err := w.walk(ctx, []place{{}}, func(l listing) error {
		if n += len(l.files) + len(l.cloud); n >= limit {
			return errEnough
		}
		return nil
	})
	return min(n, limit), err != nil
}

package watch

import (
	"context"
	"strings"

	"github.com/fsnotify/fsnotify"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// look looks at what notifications named.
func (f *folder) look(ctx context.Context, marked map[string]fsnotify.Op) error {
	absolve(&f.suspects, marked)
	if _, ok := marked[""]; ok { // the root itself was touched
		f.nextRoot = f.clock()
		f.rescan = f.rescan || marked[""].Has(fsnotify.Rename) || marked[""].Has(fsnotify.Remove)
	}
	moved := f.movedDirectories(marked)
	if len(moved) > 0 {
		f.notes.unwatch(moved)
		for rel := range f.dirs {
			if beneathAny(rel, moved) {
				delete(f.dirs, rel)
			}
		}
	}
	var places []place
	checked := map[string]error{}
	twins := twinsOf(marked)
	for rel, op := range marked {
		above, watched := f.dirs[parentOf(rel)]
		if isRuleFile(baseOf(rel)) {
			f.rescan, f.expected = true, true
		}
		if rel == "" || !watched {
			continue // what lies in a new or moved directory is listed with it
		}
		s, err := f.lstatBeneath(rel, checked)
		switch {
		case isAbsent(err), err == nil && (twins[rel] || op.Has(fsnotify.Remove) || op.Has(fsnotify.Rename)) && !isListed(f.spec.Path, rel):
			f.missing(rel)
		case err != nil:
			f.unread[rel] = err
		case above.excludes(rel, s.mode.IsDir()):
		case s.mode.IsDir():
			if _, listed := f.dirs[rel]; !listed {
				places = append(places, place{dir: rel, above: above})
			}
			f.missing(rel) // it may have been a file
		case !s.mode.IsRegular():
			f.missing(rel)
		case !s.cloud && !s.hidden:
			if err := f.consider(ctx, s.FileStat); err != nil {
				return err
			}
		}
	}
	if len(places) > 0 {
		for _, p := range places {
			f.forgetUnread(p.dir)
		}
		if err := f.walk(ctx, places); err != nil {
			return err
		}
	}
	if err := f.flush(ctx, false); err != nil {
		return err
	}
	if len(moved) > 0 {
		return f.missBeneath(ctx, moved)
	}
	return nil
}

// twinsOf returns the paths that differ from another of them only in case. On a file system that ignores case both find
// the same file, and only one of the names is its own.
func twinsOf[V any](marked map[string]V) map[string]bool {
	var twins map[string]bool
	folded := make(map[string]string, len(marked))
	for rel := range marked {
		fold := catalog.FoldCase(rel)
		other, clash := folded[fold]
		if !clash {
			folded[fold] = rel
			continue
		}
		if twins == nil {
			twins = map[string]bool{}
		}
		twins[rel], twins[other] = true, true
	}
	return twins
}

// movedDirectories returns the watched directories that were created, removed or renamed: whatever has their name now is
// another directory, or none, and their watches may carry a name that is no longer theirs.
func (f *folder) movedDirectories(marked map[string]fsnotify.Op) map[string]bool {
	moved := map[string]bool{}
	for rel, op := range marked {
		if rel == "" {
			continue
		}
		_, listed := f.dirs[rel]
		replaced := op&(fsnotify.Create|fsnotify.Remove|fsnotify.Rename) != 0
		_, failed := f.unread[rel]
		if (listed || f.notes.isWatched(rel)) && (replaced || failed) {
			moved[rel] = true
		}
	}
	return moved
}

func (f *folder) forgetUnread(dir string) {
	for rel := range f.unread {
		if rel == dir || strings.HasPrefix(rel, dir+"/") {
			delete(f.unread, rel)
		}
	}
}

func isRuleFile(name string) bool {
	return name == gitIgnoreName || name == sheafIgnoreName || name == cacheTagName || name == "pyvenv.cfg"
}

// missBeneath finds captured files that lay in directories which have been moved or removed. The memory is made anew
// with it: files that were taken in under their new names are not captured under the old ones any more.
func (f *folder) missBeneath(ctx context.Context, dirs map[string]bool) error {
	var candidates []string
	err := f.retry(ctx, "reading what was captured", func() error {
		candidates = candidates[:0]
		f.known.files = make(map[uint64]trace, len(f.known.files))
		return f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			f.known.put(file.FileStat)
			if beneathAny(parentOf(file.Path), dirs) {
				candidates = append(candidates, file.Path)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	checked := map[string]error{}
	for _, rel := range candidates {
		if s, err := f.lstatBeneath(rel, checked); isAbsent(err) || err == nil && !s.mode.IsRegular() {
			f.missing(rel)
		}
	}
	return nil
}

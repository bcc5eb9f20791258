package watch

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lookAtRoot reports whether the root is there. While it is not, the folder is offline, everything in it is kept, and
// the root is looked at again ever more rarely.
func (f *folder) lookAtRoot(ctx context.Context) (bool, error) {
	f.nextRoot = f.clock().Add(6 * f.rootInterval)
	there, reason, err := f.rootProblem(ctx)
	if err != nil {
		return false, err
	}
	if !there {
		return false, f.goAway(ctx, reason, 0)
	}
	if f.empty && !f.rescan && rootIsEmpty(f.spec.Path) {
		f.delayRoot()
		return false, nil
	}
	if f.away() {
		f.rescan = true
	}
	return true, nil
}

// rootProblem looks at the root; reason says why it is not the one that was captured.
func (f *folder) rootProblem(ctx context.Context) (there bool, reason string, err error) {
	root := showPath(f.spec.Path)
	s, err := lstat(f.spec.Path)
	switch {
	case isAbsent(err):
		return false, root + " is not there now. Its documents are kept until it is back.", nil
	case err != nil:
		return false, root + " cannot be reached now. Its documents are kept until it can.", nil
	case !s.mode.IsDir():
		return false, root + " is not a folder any more. Its documents are kept until it is back.", nil
	}
	if f.state.Device != 0 && s.device != f.state.Device {
		same, err := f.holdsWhatItHeld(ctx)
		if err != nil {
			return false, "", err
		}
		if !same {
			return false, "Another disk is mounted at " + root + ". The documents of the former one are kept until it is back.", nil
		}
	}
	if f.state.Device != s.device || f.rootInode != s.Inode {
		f.rescan = f.rescan || f.rootInode != 0
		f.state.Device, f.rootInode = s.device, s.Inode
		f.stopNotifying()
	}
	return true, "", nil
}

// holdsWhatItHeld reports whether a root on another device number has the files that were captured: numbers of devices
// change when a machine starts or a disk is plugged in again.
func (f *folder) holdsWhatItHeld(ctx context.Context) (bool, error) {
	const sample = 64
	var files []catalog.File
	err := f.retry(ctx, "reading what was captured", func() error {
		files = files[:0]
		err := f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			if files = append(files, file); len(files) == sample {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, err
	}
	same := 0
	checked := map[string]error{}
	for _, file := range files {
		s, err := f.lstatBeneath(file.Path, checked)
		if err == nil && s.Size == file.Size && s.ModTime == file.ModTime {
			same++
		}
	}
	return 2*same >= len(files), nil
}

// goAway makes the folder offline. Nothing that was known is given up.
func (f *folder) goAway(ctx context.Context, reason string, awaiting int) error {
	f.stopNotifying()
	f.batch, f.rescan = nil, false
	clear(f.gone)
	clear(f.unsettled)
	f.empty, f.asking = awaiting > 0, false
	if !f.away() {
		f.rootDelay = 0
	}
	f.delayRoot()
	f.state.State, f.state.Reason, f.state.AwaitGone = catalog.FolderOffline, reason, awaiting
	return f.sendState(ctx)
}

func (f *folder) delayRoot() {
	f.rootDelay = min(max(2*f.rootDelay, f.rootInterval), 12*f.rootInterval)
	f.nextRoot = f.clock().Add(f.rootDelay)
}

func rootIsEmpty(path string) bool {
	d, err := openDir(path)
	if err != nil {
		return true
	}
	defer d.Close()
	names, _ := d.Readdirnames(1)
	return len(names) == 0
}

// startNotifying asks the system for notifications of the folder; where there are none, the reason is kept and another
// attempt made after a scan interval.
func (f *folder) startNotifying() {
	if f.notes != nil || f.noWatch != "" && f.clock().Before(f.watchAgain) {
		return
	}
	f.noWatch = ""
	notes, err := newNotifier(f.spec.Path, f.addWatch)
	if err != nil {
		f.watchFailed(err)
		return
	}
	f.notes = notes
}

func (f *folder) watchFailed(err error) {
	f.Logger.Warn("notifications do not work, the folder is scanned every few minutes", "folder", f.spec.ID, "error", err)
	f.noWatch = watchSentence(err)
	f.watchAgain = f.clock().Add(f.ScanInterval)
	f.stopNotifying()
}

func (f *folder) stopNotifying() {
	if f.notes != nil {
		f.notes.close()
		f.notes = nil
	}
}

// isCacheDir reports whether the directory is marked as a cache.
func isCacheDir(root, dir string) bool {
	path := filepath.Join(root, filepath.FromSlash(dir))
	if s, err := lstat(filepath.Join(path, "pyvenv.cfg")); err == nil && s.mode.IsRegular() {
		return true
	}
	text, err := readSmall(filepath.Join(path, cacheTagName), int64(len(cacheTagText)))
	return err == nil && text == cacheTagText
}

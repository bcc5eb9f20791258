package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

// A mirror is a watched folder that shows every document of its workspace. What a person does in it reaches the workspace
// as from every watched folder: edits are revisions, new files are documents, files that go are deletions. What comes from
// elsewhere is written by mirrorChanges: bytes appear whole or not at all, a file is only replaced while it is exactly what
// was captured, what leaves goes to a trash folder in the mirror first, and a second version stands beside the first.
//
// While a file is replaced and noted nothing is captured in a mirror: a scan would take half of it for something else. A
// crash between the two is repaired by the next scan, which finds a file with the bytes of a document that has none.

// mirrors is what capturing and mirroring share.
type mirrors struct {
	changed chan struct{} // some document has changed
	files   sync.Mutex    // files of mirrors are changed, or taken in
}

func (m *mirrors) wake() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

const (
	mirrorRest  = time.Second // between two rounds: changes come in numbers
	mirrorAgain = time.Minute // when something could not be done, or nobody told of a change
)

// mirrorChanges brings mirrors up to their workspaces until ctx ends.
func (e *Engine) mirrorChanges(ctx context.Context) error {
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-e.mirrors.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := e.mirrorAll(ctx); err != nil && ctx.Err() == nil {
			e.options.Log.Warn("a mirror could not be brought up to its workspace; it is tried again", "error", err)
		}
		again.Reset(mirrorAgain)
		rest := time.NewTimer(mirrorRest)
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		}
	}
}

func (e *Engine) mirrorAll(ctx context.Context) error {
	folders, err := e.store.Folders(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, folder := range folders {
		if folder.Mirror && (folder.State == catalog.FolderWatching || folder.State == catalog.FolderPolling) && !folder.LastScan.IsZero() {
			m := &mirroring{Engine: e, folder: folder, taken: map[string]int64{}}
			failed = errors.Join(failed, m.run(ctx))
		}
	}
	return failed
}

// mirroring is one round over one mirror.
type mirroring struct {
	*Engine
	folder catalog.Folder
	taken  map[string]int64 // names in use, folded, by content key; 0: no document's
}

// run does what is due: what has to go first, so that its name is free.
func (m *mirroring) run(ctx context.Context) (err error) {
	if !m.there() {
		return nil // the watcher will say so
	}
	defer func() { err = errors.Join(err, m.sweep()) }()
	if err := m.sweep(); err != nil {
		return err
	}
	left, err := m.store.MirrorLeft(ctx, m.folder.ID)
	if err != nil {
		return err
	}
	for _, file := range left {
		if err := m.discard(ctx, file.FileStat, file.SHA256); err != nil {
			return err
		}
	}
	due, err := m.due(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, entry := range due {
		if err := m.one(ctx, entry); err != nil {
			if ctx.Err() != nil || errors.Is(err, catalog.ErrDiskFull) {
				return err
			}
			failed = errors.Join(failed, fmt.Errorf("%s: %w", entry.ID, err))
		}
	}
	return errors.Join(failed, m.versions(ctx))
}

// there reports whether the mirror lies on the file system that it was last seen on.
func (m *mirroring) there() bool {
	device := watch.DeviceAt(m.folder.Path)
	return m.folder.Device == 0 || device == m.folder.Device
}

// due reads which documents have a file that is not theirs any more, or none, and which names are in use.
func (m *mirroring) due(ctx context.Context) (due []store.MirrorEntry, err error) {
	err = m.store.MirrorEntries(ctx, m.folder.ID, func(entry store.MirrorEntry) error {
		if entry.File.Path != "" {
			m.taken[catalog.FoldCase(entry.File.Path)] = entry.Key
		}
		if entry.File.Path == "" && entry.Here || entry.FileHash != entry.SHA256 && entry.Here || entry.File.Path != "" && !shows(path.Base(entry.File.Path), entry.Name) {
			due = append(due, entry)
		}
		return nil
	})
	return due, err
}

// one brings the file of a document up to it.
func (m *mirroring) one(ctx context.Context, entry store.MirrorEntry) error {
	if entry.File.Path == "" || entry.FileHash != entry.SHA256 {
		if !entry.Here {
			return nil
		}
		return m.write(ctx, entry)
	}
	return m.rename(ctx, entry)
}

// versions puts the other versions of documents in conflict beside the first, and takes away those that are settled.
func (m *mirroring) versions(ctx context.Context) error {
	versions, err := m.store.MirrorVersions(ctx, m.folder.ID)
	if err != nil {
		return err
	}
	copies, err := m.store.MirrorCopies(ctx, m.folder.ID)
	if err != nil {
		return err
	}
	type version struct {
		key  int64
		hash string
	}
	wanted := map[version]bool{}
	for _, v := range versions {
		wanted[version{v.Key, v.Blob}] = true
	}
	has := map[version]bool{}
	for _, c := range copies {
		if key := (version{c.Key, c.SHA256}); wanted[key] && !has[key] {
			has[key] = true
		} else if err := m.discard(ctx, c.File, c.SHA256); err != nil {
			return err
		}
	}
	var failed error
	for _, v := range versions {
		if key := (version{v.Key, v.Blob}); !has[key] {
			has[key] = true
			failed = errors.Join(failed, m.copyVersion(ctx, v))
		}
	}
	return failed
}

// copyName is what the second file of a document in conflict is called.
func copyName(v store.MirrorVersion) string {
	stem, ending := splitName(v.Name)
	device, _, _ := strings.Cut(v.Device, "-")
	return fmt.Sprintf("%s (conflict %s %s)%s", stem, device, time.UnixMilli(v.Counter).UTC().Format("2006-01-02"), ending)
}

// endMirror stops a mirror whose changes have all been sent.
func (e *Engine) endMirror(ctx context.Context, folder catalog.Folder) error {
	unsent, err := e.store.MirrorUnsent(ctx, folder.ID)
	if err != nil {
		return err
	}
	if unsent > 0 {
		return catalog.Errorf(catalog.Conflict, "%d documents of this folder have changes that have not been sent to the remote. Synchronise first, or keep the documents.", unsent)
	}
	e.mirrors.files.Lock()
	defer e.mirrors.files.Unlock()
	return e.store.EndMirror(ctx, folder.ID)
}

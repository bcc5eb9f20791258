package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

// FolderSpec describes a folder to watch.
type FolderSpec struct {
	Path        string
	WorkspaceID string // empty: the default workspace
	Ignore      []string
	Consent     bool // the person has agreed to an unusually large folder
	Mirror      bool // show every document of the workspace in it
	// OpenArchives: files in archives become documents too.
	OpenArchives bool
}

// AddFolder watches the directory at path. Adding it again to the same workspace returns the existing one with added
// false. Errors: NotFound (no such folder), Invalid (a file; inside or around another watched folder), Conflict (watched
// in another workspace, an archived workspace), NeedsConsent (a home directory or a file-system root, unless Consent),
// Denied (unreadable).
func (e *Engine) AddFolder(ctx context.Context, spec FolderSpec) (folder catalog.Folder, added bool, err error) {
	actor, err := owner(ctx)
	if err != nil {
		return folder, false, err
	}
	workspace, err := e.ResolveWorkspace(ctx, spec.WorkspaceID)
	if err != nil {
		return folder, false, err
	}
	if err := e.may(ctx, workspace.ID, catalog.ActionManageFolders); err != nil {
		return folder, false, err
	}
	if workspace.IsArchived {
		return folder, false, catalog.Errorf(catalog.Conflict, "The workspace %s is archived. Un-archive it before adding folders.", workspace.Name)
	}
	e.folderChanges.Lock()
	defer e.folderChanges.Unlock()
	existing, err := e.store.Folders(ctx)
	if err != nil {
		return folder, false, err
	}
	if same, ok := sameFolder(existing, spec.Path); ok {
		if same.WorkspaceID == workspace.ID {
			return same, false, nil
		}
		return folder, false, catalog.Errorf(catalog.Conflict, "%s is already watched in another workspace. Remove it there first.", spec.Path)
	}
	home, _ := os.UserHomeDir() // without one there is no home to ask about
	resolved, err := watch.Validate(spec.Path, existing, home, spec.Consent, e.options.DataDir)
	if err != nil {
		return folder, false, err
	}
	folder, err = e.store.AddFolder(ctx, catalog.Folder{
		WorkspaceID: workspace.ID, Path: resolved, Ignore: spec.Ignore, State: catalog.FolderWatching, AddedBy: e.userOf(actor),
		OpenArchives: spec.OpenArchives,
	})
	if err == nil && spec.Mirror {
		folder.Mirror, err = true, e.store.SetMirror(ctx, folder.ID)
	}
	if err != nil {
		return folder, false, err
	}
	e.mirrors.wake()
	return folder, true, e.watchStored(ctx)
}

// FolderChange is what can be changed of a watched folder; what is nil stays.
type FolderChange struct {
	OpenArchives *bool `json:"openArchives,omitempty" doc:"files in archives become documents too; its archives are read anew"`
}

// ChangeFolder changes how a folder is read.
func (e *Engine) ChangeFolder(ctx context.Context, id string, change FolderChange) (catalog.Folder, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Folder{}, err
	}
	if change.OpenArchives != nil {
		if err := e.store.OpenArchives(ctx, id, *change.OpenArchives, extract.Archives()); err != nil {
			return catalog.Folder{}, err
		}
		e.line.Wake()
	}
	return e.store.Folder(ctx, id)
}

func sameFolder(existing []catalog.Folder, path string) (catalog.Folder, bool) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return catalog.Folder{}, false
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		absolute = resolved
	}
	for _, f := range existing {
		if f.Path == absolute {
			return f, true
		}
	}
	return catalog.Folder{}, false
}

// within reports whether path is dir or lies beneath it.
func within(dir, path string) bool {
	relative, err := filepath.Rel(dir, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

// Folders lists watched folders with their counts.
func (e *Engine) Folders(ctx context.Context) ([]catalog.Folder, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.Folders(ctx)
}

func (e *Engine) folder(ctx context.Context, id string) (catalog.Folder, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Folder{}, err
	}
	return e.store.Folder(ctx, id)
}

// RemoveFolder stops watching. Its documents are trashed unless keep. Those of a mirror are the workspace's: they stay
// there whatever happens here, and without keep the files are forgotten; Conflict while one has not been sent.
func (e *Engine) RemoveFolder(ctx context.Context, id string, keep bool) error {
	folder, err := e.folder(ctx, id)
	if err != nil {
		return err
	}
	e.folderChanges.Lock()
	defer e.folderChanges.Unlock()
	if folder.Mirror && !keep {
		err = e.endMirror(ctx, folder)
	} else {
		err = e.store.RemoveFolder(ctx, folder.ID, keep)
	}
	if err != nil {
		return err
	}
	return e.watchStored(ctx)
}

// PauseFolder stops watching one folder; its documents stay.
func (e *Engine) PauseFolder(ctx context.Context, id string) error {
	return e.setFolderState(ctx, id, catalog.FolderPaused, "Paused by you.")
}

// ResumeFolder watches it again, beginning with a full scan.
func (e *Engine) ResumeFolder(ctx context.Context, id string) error {
	return e.setFolderState(ctx, id, catalog.FolderWatching, "")
}

func (e *Engine) setFolderState(ctx context.Context, id string, state catalog.FolderState, reason string) error {
	folder, err := e.folder(ctx, id)
	if err != nil {
		return err
	}
	e.folderChanges.Lock()
	defer e.folderChanges.Unlock()
	folder.State, folder.Reason = state, reason
	if err := e.store.UpdateFolder(ctx, folder); err != nil {
		return err
	}
	return e.watchStored(ctx)
}

// CheckFolder scans one folder now and returns when the scan has been taken in.
func (e *Engine) CheckFolder(ctx context.Context, id string) error {
	folder, err := e.folder(ctx, id)
	if err != nil {
		return err
	}
	if folder.State == catalog.FolderPaused {
		return catalog.Errorf(catalog.Conflict, "%s is paused. Resume it to check it.", folder.Path)
	}
	if err := e.watcher.Check(ctx, id); err != nil {
		return err
	}
	return e.retryPassing(ctx)
}

// ConfirmDeletion lets a folder in state asking trash the documents whose files are gone, or keeps them.
func (e *Engine) ConfirmDeletion(ctx context.Context, id string, trash bool) error {
	if _, err := e.folder(ctx, id); err != nil {
		return err
	}
	return e.watcher.Confirm(ctx, id, trash)
}

// watchFolders tells the watcher which folders there are now: those that are not paused, of workspaces that are not
// archived.
func (e *Engine) watchFolders(ctx context.Context) error {
	e.folderChanges.Lock()
	defer e.folderChanges.Unlock()
	return e.watchStored(ctx)
}

// watchStored is watchFolders for whoever holds folderChanges: between reading the folders and telling the watcher no
// other change may come, or the watcher would end with the older set.
func (e *Engine) watchStored(ctx context.Context) error {
	watched, err := e.watchable(ctx)
	if err != nil {
		return err
	}
	e.offline.set(watched)
	e.watcher.Set(watched)
	return nil
}

// watchable returns the folders that are to be watched.
func (e *Engine) watchable(ctx context.Context) ([]catalog.Folder, error) {
	folders, err := e.store.Folders(ctx)
	if err != nil {
		return nil, err
	}
	archived := map[string]bool{}
	for _, f := range folders {
		if archived[f.WorkspaceID], err = e.store.Archived(ctx, f.WorkspaceID); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(folders, func(f catalog.Folder) bool {
		return f.State == catalog.FolderPaused || archived[f.WorkspaceID]
	}), nil
}

// offlineRoots remembers which folders cannot be reached, so that no search touches them.
type offlineRoots struct {
	mu    sync.RWMutex
	paths map[string]string // folder id -> root, offline ones only
}

func (o *offlineRoots) set(folders []catalog.Folder) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paths = map[string]string{}
	for _, f := range folders {
		if f.State == catalog.FolderOffline {
			o.paths[f.ID] = f.Path
		}
	}
}

func (o *offlineRoots) mark(folder catalog.Folder) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.paths, folder.ID)
	if folder.State == catalog.FolderOffline {
		o.paths[folder.ID] = folder.Path
	}
}

func (o *offlineRoots) holds(path string) bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, root := range o.paths {
		if within(root, path) {
			return true
		}
	}
	return false
}

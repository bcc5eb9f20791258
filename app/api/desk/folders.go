package desk

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FolderList answers listFolders.
type FolderList struct {
	Folders []catalog.Folder `json:"folders"`
}

// FolderRequest asks to watch a folder.
type FolderRequest struct {
	Path        string   `json:"path" doc:"absolute"`
	WorkspaceID string   `json:"workspaceId,omitempty" doc:"id or name; absent: the default one"`
	Ignore      []string `json:"ignore,omitempty" doc:"patterns as in .gitignore"`
	// OpenArchives: files in archives become documents too.
	OpenArchives bool `json:"openArchives,omitempty" doc:"files in archives become documents too; otherwise an archive is a list of names"`
	Consent      bool `json:"consent,omitempty" doc:"the person agreed to an unusually large folder"`
}

// DeletionRequest decides what a bulk deletion does.
type DeletionRequest struct {
	Trash bool `json:"trash" doc:"true: trash the documents whose files are gone; false: keep them"`
}

// SuggestionList answers suggestFolders.
type SuggestionList struct {
	Suggestions []catalog.FolderSuggestion `json:"suggestions"`
}

// Listing is a directory of this machine as the folder chooser shows it.
type Listing struct {
	Path    string  `json:"path"`
	Parent  string  `json:"parent"` // "" at the top
	Entries []Entry `json:"entries"`
}

// Entry is a directory inside another.
type Entry struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

func (d *Desk) listFolders(w http.ResponseWriter, r *http.Request) error {
	folders, err := d.engine.Folders(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, FolderList{folders})
	return nil
}

func (d *Desk) addFolder(w http.ResponseWriter, r *http.Request) error {
	var in FolderRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if !filepath.IsAbs(in.Path) {
		return web.WrongField("path", "must be an absolute path")
	}
	workspace, err := d.workspaceID(r, in.WorkspaceID)
	if err != nil {
		return err
	}
	folder, added, err := d.engine.AddFolder(r.Context(), engine.FolderSpec{
		Path: in.Path, WorkspaceID: workspace, Ignore: in.Ignore, Consent: in.Consent, OpenArchives: in.OpenArchives})
	if err != nil {
		return err
	}
	status := ok
	if added {
		status = created
	}
	web.Write(w, status, folder)
	return nil
}

func (d *Desk) removeFolder(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	keep := q.Bool("keep")
	if err := q.Err(); err != nil {
		return err
	}
	return done(w, d.engine.RemoveFolder(r.Context(), r.PathValue("id"), keep))
}

func (d *Desk) changeFolder(w http.ResponseWriter, r *http.Request) error {
	var change engine.FolderChange
	if err := web.Decode(w, r, &change); err != nil {
		return err
	}
	folder, err := d.engine.ChangeFolder(r.Context(), r.PathValue("id"), change)
	if err != nil {
		return err
	}
	web.Write(w, ok, folder)
	return nil
}

func (d *Desk) pauseFolder(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.PauseFolder(r.Context(), r.PathValue("id")))
}

func (d *Desk) resumeFolder(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.ResumeFolder(r.Context(), r.PathValue("id")))
}

func (d *Desk) checkFolder(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := d.untilStopping(r.Context())
	defer cancel()
	return done(w, d.engine.CheckFolder(ctx, r.PathValue("id")))
}

func (d *Desk) confirmDeletion(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Trash *bool `json:"trash"`
	}
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.Trash == nil {
		return web.WrongField("trash", "must be true or false")
	}
	return done(w, d.engine.ConfirmDeletion(r.Context(), r.PathValue("id"), *in.Trash))
}

func (d *Desk) suggestFolders(w http.ResponseWriter, r *http.Request) error {
	list, err := d.engine.SuggestFolders(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, SuggestionList{list})
	return nil
}

// maxEntries bounds a listing; nobody chooses from more by eye.
const maxEntries = 5000

// browse lists directories only. Hidden ones and names that are not UTF-8 are left out: they cannot be sent back.
func (d *Desk) browse(w http.ResponseWriter, r *http.Request) error {
	dir := r.URL.Query().Get("path")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			home = string(filepath.Separator)
		}
		dir = home
	}
	if !filepath.IsAbs(dir) || strings.ContainsRune(dir, 0) {
		return web.WrongField("path", "must be an absolute path")
	}
	dir = filepath.Clean(dir)
	entries, err := readDirectory(dir)
	if err != nil {
		return err
	}
	list := Listing{Path: dir, Entries: []Entry{}}
	if parent := filepath.Dir(dir); parent != dir {
		list.Parent = parent
	}
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && !strings.HasPrefix(name, ".") && utf8.ValidString(name) && len(list.Entries) < maxEntries {
			list.Entries = append(list.Entries, Entry{Name: name, Path: filepath.Join(dir, name)})
		}
	}
	web.Write(w, ok, list)
	return nil
}

func readDirectory(dir string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil:
		return entries, nil
	case os.IsNotExist(err):
		return nil, catalog.Errorf(catalog.NotFound, "There is no folder %q.", dir)
	case os.IsPermission(err):
		return nil, catalog.Errorf(catalog.Denied, "The folder %q may not be read by this user.", dir)
	}
	if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
		return nil, catalog.Errorf(catalog.Invalid, "%q is a file, not a folder.", dir)
	}
	return nil, catalog.WrapError(catalog.Unavailable, "The folder cannot be read now.", err)
}

// done answers 204 unless err.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(noContent)
	}
	return err
}

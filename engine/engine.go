// Package engine is the local-first core: one open data directory that watches folders, reads files, keeps the truth in
// SQLite and the meaning in vectors, and answers questions with citations.
//
// Open takes the directory (one owner at a time), Run does the background work until its context ends, Close releases
// everything. Between Open and Close every method may be called from any goroutine. Each method asks the policy of
// catalog for the actor in its context and denies a context without one.
package engine

import (
	"context"
	"io"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Options configure an Engine. Zero values mean the real clock, randomness and defaults.
type Options struct {
	DataDir  string           // created with mode 0700 when absent
	Assets   string           // where lib/ and models/ lie; empty: beside the executable, then /usr/lib/sheaf
	Version  string           // reported by Status
	Now      func() time.Time // injected clock
	Random   io.Reader
	NoModel  bool // keyword search only; for measurement
	Children int  // extraction children; 0 means one a core, at most 4
}

// Engine is one open data directory.
type Engine struct{}

// Open opens or creates the data directory and takes its lock. Conflict when another process owns it (the message
// names its pid), Corrupt when the database fails its check, Unsupported on a network drive.
func Open(ctx context.Context, o Options) (*Engine, error) { return nil, errPending }

// Run watches, reads and embeds until ctx ends, and returns when every goroutine has.
func (e *Engine) Run(ctx context.Context) error { return errPending }

// Close releases the directory. Run must have returned.
func (e *Engine) Close() error { return errPending }

// LocalOwner is the actor that window, command line and agent token act as.
func (e *Engine) LocalOwner() catalog.Actor { return catalog.Actor{Kind: catalog.ActorOwner} }

// Status reports the state of everything at one moment.
func (e *Engine) Status(ctx context.Context) (catalog.Status, error) {
	return catalog.Status{}, errPending
}

// Wait scans every folder anew and returns when nothing is pending: what lay on disk when it was called is searchable.
// It returns ctx's error when that ends first.
func (e *Engine) Wait(ctx context.Context) error { return errPending }

// Search returns the passages that match, best first. Invalid for an empty query or one over 10,000 code points.
func (e *Engine) Search(ctx context.Context, r catalog.SearchRequest) (catalog.SearchResult, error) {
	return catalog.SearchResult{}, errPending
}

// Ask answers a question from the documents in scope. Errors as Search.
func (e *Engine) Ask(ctx context.Context, q catalog.Question) (catalog.Answer, error) {
	return catalog.Answer{}, errPending
}

// Subscribe calls each for every event until ctx ends or each returns an error. Events are dropped, never queued without
// bound, when each is slow: the next one has a Seq gap and the subscriber reads everything anew.
func (e *Engine) Subscribe(ctx context.Context, each func(catalog.Event) error) error {
	return errPending
}

// Reindex drops everything derived (text, passages, keyword rows, vectors) and reads every document again.
func (e *Engine) Reindex(ctx context.Context) error { return errPending }

// Doctor checks database, blobs, model, assets, folders and disk space.
func (e *Engine) Doctor(ctx context.Context) ([]catalog.Check, error) { return nil, errPending }

// PauseAll and ResumeAll stop and continue background reading and embedding; searching goes on.
func (e *Engine) PauseAll(ctx context.Context) error  { return errPending }
func (e *Engine) ResumeAll(ctx context.Context) error { return errPending }

// Workspaces lists those that the actor may read, oldest first.
func (e *Engine) Workspaces(ctx context.Context) ([]catalog.Workspace, error) {
	return nil, errPending
}

// Workspace returns one; NotFound covers those the actor may not know of.
func (e *Engine) Workspace(ctx context.Context, id string) (catalog.Workspace, error) {
	return catalog.Workspace{}, errPending
}

// ResolveWorkspace finds a workspace by id or by name (case ignored). NotFound; Invalid listing them when several share
// the name. An empty ref is the default workspace.
func (e *Engine) ResolveWorkspace(ctx context.Context, ref string) (catalog.Workspace, error) {
	return catalog.Workspace{}, errPending
}

// CreateWorkspace makes a workspace that the actor owns. Invalid for a blank name or one over 255 code points.
func (e *Engine) CreateWorkspace(ctx context.Context, name, description string) (catalog.Workspace, error) {
	return catalog.Workspace{}, errPending
}

// UpdateWorkspace changes what is present in c.
func (e *Engine) UpdateWorkspace(ctx context.Context, id string, c catalog.WorkspaceChange) (catalog.Workspace, error) {
	return catalog.Workspace{}, errPending
}

// DeleteWorkspace removes the workspace, its contents, folders and index rows; never the person's own files.
func (e *Engine) DeleteWorkspace(ctx context.Context, id string) error { return errPending }

// AddFolder watches the directory at path. Adding it again to the same workspace returns the existing one with
// added false. Errors: NotFound (no such folder), Invalid (a file; inside or around another watched folder),
// Conflict (watched in another workspace), NeedsConsent (a home directory or a file-system root, unless consent),
// Denied (unreadable).
func (e *Engine) AddFolder(ctx context.Context, f FolderSpec) (folder catalog.Folder, added bool, err error) {
	return catalog.Folder{}, false, errPending
}

// FolderSpec describes a folder to watch.
type FolderSpec struct {
	Path        string
	WorkspaceID string // empty: the default workspace
	Ignore      []string
	Consent     bool // the person has agreed to an unusually large folder
}

// Folders lists watched folders with their counts.
func (e *Engine) Folders(ctx context.Context) ([]catalog.Folder, error) { return nil, errPending }

// RemoveFolder stops watching. Its documents are trashed unless keep.
func (e *Engine) RemoveFolder(ctx context.Context, id string, keep bool) error { return errPending }

// PauseFolder and ResumeFolder stop and continue watching one folder.
func (e *Engine) PauseFolder(ctx context.Context, id string) error  { return errPending }
func (e *Engine) ResumeFolder(ctx context.Context, id string) error { return errPending }

// CheckFolder scans one folder now and returns when the scan has been taken in.
func (e *Engine) CheckFolder(ctx context.Context, id string) error { return errPending }

// ConfirmDeletion lets a folder in state asking trash the documents whose files are gone, or keeps them.
func (e *Engine) ConfirmDeletion(ctx context.Context, id string, trash bool) error { return errPending }

// SuggestFolders returns places that exist on this machine and that a person may want to start with.
func (e *Engine) SuggestFolders(ctx context.Context) ([]catalog.FolderSuggestion, error) {
	return nil, errPending
}

// Import stores the bytes of r as a new content named fileName in a workspace (empty: the default one).
func (e *Engine) Import(ctx context.Context, workspaceID, fileName string, r io.Reader) (catalog.Content, error) {
	return catalog.Content{}, errPending
}

// Content returns one content.
func (e *Engine) Content(ctx context.Context, id string) (catalog.Content, error) {
	return catalog.Content{}, errPending
}

// Contents lists contents and how many there are in all.
func (e *Engine) Contents(ctx context.Context, q ContentQuery) (list []catalog.Content, total int, err error) {
	return nil, 0, errPending
}

// Page returns the stored text of one page, from 1. NotFound when there is no such page.
func (e *Engine) Page(ctx context.Context, contentID string, number int) (catalog.Page, error) {
	return catalog.Page{}, errPending
}

// Original opens the bytes of a content where they lie. Unavailable when they are not here now.
func (e *Engine) Original(ctx context.Context, id string) (io.ReadSeekCloser, catalog.Content, error) {
	return nil, catalog.Content{}, errPending
}

// Retry reads a failed content again at once; an empty id means every failed one.
func (e *Engine) Retry(ctx context.Context, id string) error { return errPending }

// DeleteContent trashes a content; a file in a watched folder stays and is excluded until its bytes change.
func (e *Engine) DeleteContent(ctx context.Context, id string) error { return errPending }

// RestoreContent takes a content out of the trash.
func (e *Engine) RestoreContent(ctx context.Context, id string) error { return errPending }

// TokenSpec describes an access token to make.
type TokenSpec struct {
	Name        string
	UserEmail   string // empty: the local owner
	WorkspaceID string // not empty: the token sees this workspace only
	Abilities   []string
	Expires     time.Duration // 0 = never
}

// CreateToken makes a token and returns its secret, which is stored only as a hash and never shown again.
func (e *Engine) CreateToken(ctx context.Context, s TokenSpec) (catalog.Token, string, error) {
	return catalog.Token{}, "", errPending
}

// Tokens lists tokens without their secrets.
func (e *Engine) Tokens(ctx context.Context) ([]catalog.Token, error) { return nil, errPending }

// RevokeToken ends a token at once. NotFound when there is none.
func (e *Engine) RevokeToken(ctx context.Context, id string) error { return errPending }

// Authenticate returns the actor of a token's secret. Unauthenticated when it is unknown, expired or revoked.
func (e *Engine) Authenticate(ctx context.Context, secret string) (catalog.Actor, error) {
	return catalog.Actor{}, errPending
}

var errPending = catalog.Errorf(catalog.Internal, "not built yet")

// ContentQuery selects contents for a listing.
type ContentQuery = catalog.ContentQuery

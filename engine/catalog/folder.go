package catalog

import "time"

// FolderState is what a watched folder is doing.
type FolderState string

const (
	FolderWatching FolderState = "watching" // notifications arrive
	FolderPolling  FolderState = "polling"  // notifications do not work here; rescanned every few minutes
	FolderOffline  FolderState = "offline"  // the root is gone, replaced or newly empty; its documents are kept
	FolderPaused   FolderState = "paused"
	FolderAsking   FolderState = "asking" // a bulk deletion waits for the person's word; its documents are kept
)

// Folder is a directory whose files are the documents of a workspace. Device-local, never synchronised.
type Folder struct {
	ID          string       `json:"id"`
	WorkspaceID string       `json:"workspaceId"`
	Path        string       `json:"path"` // absolute, symlinks resolved
	Ignore      []string     `json:"ignore"`
	State       FolderState  `json:"state"`
	Reason      string       `json:"reason,omitempty"` // why the state is not watching, one sentence
	Device      uint64       `json:"-"`                // file system of the root when last seen; 0 = never seen
	Files       int          `json:"files"`            // documents it has
	Pending     int          `json:"pending"`          // of them waiting for text
	Skipped     int          `json:"skipped"`          // excluded by rules at the last scan, ignored directories counted once
	Failed      int          `json:"failed"`
	AwaitGone   int          `json:"awaitingDeletion"` // files missing in a bulk deletion that waits for consent
	LastScan    time.Time    `json:"lastScan"`         // zero = never
	Seen        int          `json:"seen"`             // names that the last scan came upon, left-out directories counted once
	Indexed     int          `json:"indexed"`          // documents that can be found by their words
	SkippedBy   map[Skip]int `json:"skippedBy"`        // why names were left out at the last scan
	Missed      int          `json:"missed"`           // changes that only a scan found though the system should have told
	PollAfter   int          `json:"pollAfter"`        // seconds between two scans where the system tells of no changes; 0: it does
	Mirror      bool         `json:"mirror,omitempty"` // shows every document of its workspace
	// OpenArchives: files in archives are documents too; otherwise an archive is a list of names.
	OpenArchives bool      `json:"openArchives"`
	AddedBy      string    `json:"-"` // user id
	CreatedAt    time.Time `json:"createdAt"`
}

// FileStat is what a scan sees of a file without opening it.
type FileStat struct {
	Path    string // relative to the folder's root, slash-separated, raw bytes as the system gives them
	Size    int64
	ModTime int64  // nanoseconds since 1970
	Inode   uint64 // 0 where the system has none
	Birth   int64  // nanoseconds since 1970; 0 where unknown
}

// SameBytes reports whether the file need not be read again: size, time and inode are as they were.
func (s FileStat) SameBytes(o FileStat) bool {
	return s.Size == o.Size && s.ModTime == o.ModTime && s.Inode == o.Inode
}

// File is a file of a watched folder as it was last captured: what a scan compares with.
type File struct {
	FileStat
	FolderID  string
	SHA256    string
	ContentID string // empty: excluded, see Excluded
	Excluded  bool   // deleted by a person while the file stays: not added again until its bytes change
}

// FolderSuggestion is a place that a person may want to start with.
type FolderSuggestion struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Files int    `json:"files"` // as far as a bounded count got
	More  bool   `json:"more"`  // true when the count stopped at its bound
}

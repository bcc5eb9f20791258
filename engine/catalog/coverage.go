package catalog

import "time"

// Skip is why a name in a watched folder is no document.
type Skip string

const (
	SkipRule       Skip = "rule"       // an ignore rule, of a person or by default
	SkipCache      Skip = "cache"      // a directory that its own contents mark as a cache
	SkipLink       Skip = "link"       // symbolic links are not followed
	SkipSpecial    Skip = "special"    // a pipe, a socket, a device: never opened
	SkipHidden     Skip = "hidden"     // by an attribute of the system
	SkipCloud      Skip = "cloud"      // its bytes are not on this machine
	SkipUnreadable Skip = "unreadable" // could not be listed or looked at; what was known of it is kept
)

// Skips are all there are.
var Skips = []Skip{SkipRule, SkipCache, SkipLink, SkipSpecial, SkipHidden, SkipCloud, SkipUnreadable}

// Skipped is a name that is no document. A directory stands for all that lies in it.
type Skipped struct {
	Path   string // relative to the root, raw bytes
	Reason Skip
	Detail string // the rule and where it stands, the kind of thing, the error
}

// MissedEvent is a change that only a scan found though the system should have told of it.
type MissedEvent struct {
	Path    string // relative to the root, raw bytes
	Change  string // added, changed, gone
	FoundAt time.Time
}

// ScanReport is what a scan of a whole folder came upon beside its documents.
type ScanReport struct {
	Seen      int           // names that the scan came upon, a directory that was left out counted once
	SkippedBy map[Skip]int  // all of them
	Skipped   []Skipped     // as many as are listed; nil: the same as at the last report of this process
	Missed    []MissedEvent // new ones
	PollAfter time.Duration // until the next scan where the system tells of no changes; 0: it does
}

// FileState is how far a file of a watched folder has come.
type FileState string

const (
	FileIndexed  FileState = "indexed"
	FileReading  FileState = "reading"
	FileWaiting  FileState = "waiting"
	FileFailed   FileState = "failed"
	FileExcluded FileState = "excluded" // deleted by a person while the file stays
	FileSkipped  FileState = "skipped"
)

// FileStates are all there are.
var FileStates = []FileState{FileIndexed, FileReading, FileWaiting, FileFailed, FileExcluded, FileSkipped}

// FileEntry is a file of a watched folder, or a name in it that was left out, with its state and the reason.
type FileEntry struct {
	FolderID  string     `json:"folderId"`
	Path      string     `json:"path"` // relative to the folder; what is not UTF-8 is shown as U+FFFD
	State     FileState  `json:"state"`
	Skip      Skip       `json:"skip,omitempty"`      // why it is skipped
	Reason    string     `json:"reason,omitempty"`    // why it failed or is skipped, for people
	Extent    Extent     `json:"extent,omitempty"`    // of an indexed one: how much of it became text
	Warnings  []string   `json:"warnings,omitempty"`  // and why not all of it
	ContentID string     `json:"contentId,omitempty"` // its document
	Size      int64      `json:"size"`                // bytes when last captured; 0 for what is skipped
	Modified  *time.Time `json:"modified"`            // of the file when last captured; null for what is skipped
	RetryAt   *time.Time `json:"retryAt"`             // when a failed one is tried again by itself; null: not
}

// FileQuery selects files of watched folders.
type FileQuery struct {
	Folder  string // folder id; empty: any
	State   FileState
	Skip    Skip
	Reason  string  // the exact sentence
	Path    string  // part of the path, case ignored
	Extent  Extent  // of indexed ones: part or none; empty: any
	Reading []int64 // keys of the contents that are being read now
	Limit   int     // 1 to 1000, default 100
	Offset  int     // from 0
}

// Coverage says of a watched folder what became of everything in it.
type Coverage struct {
	FolderID  string         `json:"folderId"`
	Path      string         `json:"path"`
	State     FolderState    `json:"state"`
	Reason    string         `json:"reason,omitempty"`
	LastScan  *time.Time     `json:"lastScan"`  // null: never; seen and skipped are as of then
	PollAfter int            `json:"pollAfter"` // seconds between two scans where the system tells of no changes; 0: it does
	Seen      int            `json:"seen"`
	Indexed   int            `json:"indexed"`
	Waiting   int            `json:"waiting"`
	Failed    int            `json:"failed"`
	Excluded  int            `json:"excluded"`
	Skipped   int            `json:"skipped"`
	SkippedBy []SkipGroup    `json:"skippedBy"` // the largest 100
	FailedBy  []FailureGroup `json:"failedBy"`  // the largest 100
	Missed    int            `json:"missed"`    // changes that only a scan found, since the folder was added
}

// SkipGroup is names that were left out for the same reason.
type SkipGroup struct {
	Skip   Skip   `json:"skip"`
	Reason string `json:"reason"`
	Names  int    `json:"names"`
}

// MissedEntry is a missed change as it is shown.
type MissedEntry struct {
	Path    string    `json:"path"` // relative to the folder; what is not UTF-8 is shown as U+FFFD
	Change  string    `json:"change"`
	FoundAt time.Time `json:"foundAt"`
}

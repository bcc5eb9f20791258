package catalog

import "time"

// Status is the whole state of a data directory at one moment.
type Status struct {
	Version   string          `json:"version"`
	DataDir   string          `json:"dataDir"`
	Documents DocumentsStatus `json:"documents"`
	Chunks    int             `json:"chunks"` // passages
	Vectors   VectorsStatus   `json:"vectors"`
	Model     ModelStatus     `json:"model"`
	Folders   []Folder        `json:"folders"`
	Progress  Progress        `json:"progress"`
	Indexing  Indexing        `json:"indexing"`
	Sync      []SyncStatus    `json:"sync"` // filled in by whoever runs the remotes
}

// DocumentsStatus counts live contents.
type DocumentsStatus struct {
	Total    int          `json:"total"`
	Pending  int          `json:"pending"` // waiting for text
	Failed   int          `json:"failed"`
	Failures []Failure    `json:"failures"` // the latest 100
	Partial  int          `json:"partial"`  // read in part only
	Partials []ReadInPart `json:"partials"` // the latest 100
	Textless int          `json:"textless"` // read, and without any text
}

// ReadInPart is a document that was read in part only, and why.
type ReadInPart struct {
	ContentID string   `json:"contentId"`
	Path      string   `json:"path"` // file name for uploads
	Warnings  []string `json:"warnings"`
}

// Failure is a document that could not be read, and why.
type Failure struct {
	ContentID string `json:"contentId"`
	Path      string `json:"path"` // file name for uploads
	Error     string `json:"error"`

	NeedsPassword bool `json:"needsPassword,omitempty"` // it is read once its password is given
}

// VectorsStatus counts passages with and without a vector of the active model.
type VectorsStatus struct {
	Ready   int `json:"ready"`
	Pending int `json:"pending"`
}

// ModelStatus names the active embedding model. Error is set when it could not be loaded.
type ModelStatus struct {
	Name       string `json:"name"`
	Dimensions int    `json:"dimensions"`
	Error      string `json:"error,omitempty"`
}

// Progress is the work of the present run: an honest estimate or none.
type Progress struct {
	Phase       string     `json:"phase"`             // idle, scanning, reading (searchable by words after it), embedding, paused
	Current     string     `json:"current,omitempty"` // file being read now
	Done        int        `json:"done"`              // units finished since the queue was last empty
	Total       int        `json:"total"`             // units known of since then
	RatePerSec  float64    `json:"ratePerSec"`        // over the last half minute
	SecondsLeft *float64   `json:"secondsLeft"`       // until the phase is over; nil while there is too little to say, or a folder is still being looked through
	StartedAt   *time.Time `json:"startedAt"`
	Problem     string     `json:"problem,omitempty"` // what holds the work up, one sentence: "The disk … is full."
}

// Idle reports whether nothing is pending.
func (s Status) Idle() bool { return s.Documents.Pending == 0 && s.Vectors.Pending == 0 }

// Event tells that something changed, never what it says: subscribers read the new state themselves.
type Event struct {
	Seq  uint64 `json:"seq"`  // grows by one an event in this process
	Kind string `json:"kind"` // folders, contents, progress, workspaces, sync
	ID   string `json:"id,omitempty"`
}

// Check is one line of a diagnosis.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was found and, when not OK, what to do
}

// Token is an access token without its secret.
type Token struct {
	ID          string     `json:"id"`
	Name        string     `json:"name,omitempty"`
	UserEmail   string     `json:"user"`
	WorkspaceID string     `json:"workspaceId,omitempty"` // not empty: sees this workspace only
	Abilities   []string   `json:"abilities"`
	CreatedAt   time.Time  `json:"createdAt"`
	ExpiresAt   *time.Time `json:"expiresAt"`
	LastUsedAt  *time.Time `json:"lastUsedAt"`
}

// Abilities that a token may carry.
var Abilities = []string{
	"workspaces-read", "workspaces-write", "sessions-read", "sessions-write", "content-read", "content-write",
	"content-query", "datasets-read", "sync", "admin", "*",
}

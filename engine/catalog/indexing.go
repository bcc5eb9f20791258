package catalog

// Pace is how much of the machine reading and embedding may use.
type Pace string

const (
	PaceGentle Pace = "gentle" // about half a core, one file at a time, behind every other program
	PaceNormal Pace = "normal" // up to four readers, and searches go first
	PaceFull   Pace = "full"   // every core
)

// Paces are all there are, the most considerate first.
var Paces = []Pace{PaceGentle, PaceNormal, PaceFull}

// IndexingSettings say how considerate indexing is. They are this device's and outlive the process.
type IndexingSettings struct {
	Pace         Pace   `json:"pace"`
	Adapt        bool   `json:"adapt"`        // gentle by itself on battery and while other programs need the processor
	ReserveBytes *int64 `json:"reserveBytes"` // free space to leave where the data directory lies; nil: 1 GiB, at most a twentieth of the volume
	Paused       bool   `json:"paused"`       // nothing is read or embedded
}

// IndexingChange changes what is not nil.
type IndexingChange struct {
	Pace         *Pace  `json:"pace,omitempty"`
	Adapt        *bool  `json:"adapt,omitempty"`
	ReserveBytes *int64 `json:"reserveBytes,omitempty"`
	Paused       *bool  `json:"paused,omitempty"`
}

// Indexing is how indexing goes about its work at this moment, and why.
type Indexing struct {
	Pace          Pace   `json:"pace"`             // as set
	EffectivePace Pace   `json:"effectivePace"`    // as it is now
	Reason        string `json:"reason,omitempty"` // why the two differ, one sentence
	Adapt         bool   `json:"adapt"`
	Paused        bool   `json:"paused"`
	ReserveBytes  int64  `json:"reserveBytes"`
	FreeBytes     int64  `json:"freeBytes"` // where the data directory lies; -1 = cannot be told
}

// Waiting is documents of one format that wait to be read.
type Waiting struct {
	Format    string
	Documents int
	Bytes     int64
}

// FailureGroup is documents that could not be read for the same reason.
type FailureGroup struct {
	Reason    string `json:"reason"` // the sentence that each of them has
	Documents int    `json:"documents"`
	Passing   int    `json:"passing"` // of them, those that will be tried again by themselves
}

// FailureQuery selects documents that could not be read.
type FailureQuery struct {
	Folder string // folder id; empty: any, and uploads
	Reason string // the exact sentence; empty: any
}

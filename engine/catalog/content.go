package catalog

import "time"

// ContentStatus is how far a content has come, true at every moment.
type ContentStatus string

const (
	StatusUploaded   ContentStatus = "uploaded"   // captured, waiting for extraction
	StatusProcessing ContentStatus = "processing" // being extracted now
	StatusProcessed  ContentStatus = "processed"  // text stored and searchable by keyword
	StatusFailed     ContentStatus = "failed"     // extraction failed; Failure says why
	StatusRemote     ContentStatus = "remote"     // only the record is here; its bytes are on the remote, and nothing waits for them
)

// Source says where a content's bytes came from.
type Source string

const (
	SourceUpload Source = "upload" // bytes are kept in the blob store
	SourceFolder Source = "folder" // bytes lie in a watched folder and stay there
	SourceURL    Source = "url"
)

// Extent says how much of what a content's bytes hold became text.
type Extent string

const (
	ExtentWhole Extent = "whole" // all of it, as far as is known
	ExtentPart  Extent = "part"  // some was left out; Warnings say what and why
	ExtentNone  Extent = "none"  // there is no text; Warnings say why
)

// MetadataParentID and MetadataPartOf are the keys under which a document that lies in another one says so.
const (
	MetadataParentID = "parentId"
	MetadataPartOf   = "partOf"
)

// Content is one document of a workspace.
type Content struct {
	ID          string         `json:"contentId"`
	Key         int64          `json:"-"` // device-local row key, dense enough for a ContentSet
	WorkspaceID string         `json:"workspaceId"`
	CategoryID  string         `json:"categoryId,omitempty"` // empty: none
	FileName    string         `json:"fileName"`             // display name, valid UTF-8
	FileFormat  string         `json:"fileFormat"`           // MIME type without parameters
	Size        int64          `json:"size"`                 // bytes
	SHA256      string         `json:"sha256"`               // lower-case hex of the current bytes
	Source      Source         `json:"source"`
	Metadata    map[string]any `json:"metadata"`
	// Inference says what was inferred, by name, and the id of the task execution that did.
	Inference map[string]any `json:"inferenceTaskExecutions"`
	// VersionString is shared by contents that are versions of one another; empty: it stands alone.
	VersionString string        `json:"versionString,omitempty"`
	AddedBy       string        `json:"addedBy"` // user id
	Status        ContentStatus `json:"status"`
	Failure       string        `json:"failure,omitempty"` // one sentence, set when Status is failed
	// NeedsPassword: it, or a document within it, was not read because it needs a password that was not given.
	NeedsPassword bool   `json:"needsPassword,omitempty"`
	PageCount     int    `json:"pageCount"`       // 0 until processed
	Title         string `json:"title,omitempty"` // from the document itself
	// Language is the code of the text's language, "en"; empty: it is not known.
	Language string `json:"language,omitempty"`
	// Extent is empty until Status is processed.
	Extent Extent `json:"extent,omitempty"`
	// Warnings are the sentences that say what was left out of the text and why.
	Warnings  []string  `json:"warnings,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// ParentID is the document that this one lies in, a message or an archive; empty: it is one of its own. PartOf is the
	// name of that document. Metadata has both as well, under parentId and partOf.
	ParentID string `json:"parentId,omitempty"`
	PartOf   string `json:"partOf,omitempty"`
	// Part is the way to it, as PartPath, from the document that has the bytes, RootID.
	Part   string `json:"-"`
	RootID string `json:"-"`
	// Parts is how many documents lie within this one, however deep.
	Parts int `json:"parts,omitempty"`
	// Path is the absolute path of the original on this device, of what it lies in for a part; empty for uploads.
	Path string `json:"path,omitempty"`
	// Remote says that the bytes are not on this device; what was read of them, or of earlier ones, may be.
	Remote bool `json:"remote,omitempty"`
	// InConflict says that there are several versions, written without knowledge of each other; the latest is the one here.
	InConflict bool `json:"inConflict,omitempty"`
	// Captured is the file behind Path as it was last read in; zero for uploads.
	Captured FileStat `json:"-"`
}

// ContentSet is a set of contents by their Key: a filter's result, small enough to test per passage. The nil set
// admits everything.
type ContentSet struct {
	words []uint64
	count int
}

// Add puts key, which must not be negative, into the set.
func (s *ContentSet) Add(key int64) {
	word, bit := int(key>>6), uint64(1)<<(key&63)
	for word >= len(s.words) {
		s.words = append(s.words, 0)
	}
	if s.words[word]&bit == 0 {
		s.words[word] |= bit
		s.count++
	}
}

// Has reports whether key is in the set; the nil set has every key.
func (s *ContentSet) Has(key int64) bool {
	if s == nil {
		return true
	}
	word := int(key >> 6)
	return key >= 0 && word < len(s.words) && s.words[word]&(1<<(key&63)) != 0
}

// Len returns the number of keys; the nil set has no number and returns -1.
func (s *ContentSet) Len() int {
	if s == nil {
		return -1
	}
	return s.count
}

// Keys calls yield with every key in ascending order until it returns false.
func (s *ContentSet) Keys(yield func(int64) bool) {
	if s == nil {
		return
	}
	for i, w := range s.words {
		for b := int64(0); w != 0; b, w = b+1, w>>1 {
			if w&1 != 0 && !yield(int64(i)<<6|b) {
				return
			}
		}
	}
}

// ContentQuery selects contents for a listing.
type ContentQuery struct {
	Scope
	Name   string        // part of the file name, case ignored
	Status ContentStatus // empty: any
	Extent Extent        // empty: any; part and none only
	// Reading are the keys of the contents that are being read now, whatever else is stored of them.
	Reading []int64
	Folder  string // folder id; empty: any
	Parent  string // content id: what lies in it, however deep; empty: any
	Limit   int    // 1 to 1000, default 100
	Offset  int
	Sort    string // name, size, createdAt, updatedAt; "-" in front for descending; default -updatedAt
}

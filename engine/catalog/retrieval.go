package catalog

// StoredPassage is a passage with its place in the store. ID is the key of its keyword row and of its vector.
type StoredPassage struct {
	ID         int64
	ContentKey int64
	Ordinal    int // position among the content's passages, from 0
	Passage
}

// Scored is a passage that an arm found. Greater scores are better; scores of two arms are not comparable.
type Scored struct {
	PassageID  int64
	ContentKey int64
	Score      float64
}

// KeywordQuery is what the keyword arm looks for, free of any query syntax. The store splits every term the way it
// splits text (folding, stemming, bigrams for scripts without spaces).
type KeywordQuery struct {
	Terms    []string // words; empty together with Phrases matches nothing
	Phrases  []string // each must occur as it stands
	Excluded []string // none may occur
	All      bool     // every term must occur; otherwise any
	Prefix   bool     // the last term may be the beginning of a word (search as you type)
}

// VectorOf is a passage's embedding under one model.
type VectorOf struct {
	PassageID  int64
	ContentKey int64
	Vector     []float32 // normalised; length is the model's dimensions
}

// Captured is one decision about a file of a watched folder, ready to be written.
type Captured struct {
	Kind      CaptureKind
	Stat      FileStat
	SHA256    string
	OldPath   string // CaptureRenamed: where it was
	ContentID string // CaptureRevised, CaptureRenamed, CaptureTouched: the content it has
	Format    string // MIME type guessed from the name, until extraction knows better
	Effort    int64  // what reading is expected to take, in bytes of plain text that would take as long
}

// CaptureKind says what happened to a file.
type CaptureKind string

const (
	CaptureNew     CaptureKind = "new"     // a new content
	CaptureRevised CaptureKind = "revised" // the same path, other bytes: a new revision
	CaptureRenamed CaptureKind = "renamed" // the same content under another path
	CaptureTouched CaptureKind = "touched" // same bytes, other times or inode: only the file row changes
)

// Extracted is the outcome of reading one content's bytes.
type Extracted struct {
	ContentKey int64
	SHA256     string // of the bytes that were read; dropped when the content has moved on
	Config     string // extraction configuration, part of what makes text up to date
	Document   Document
	Passages   []Passage
	Sketch     Sketch
	Parts      []ExtractedPart // what lies within; a container stands before what lies in it
	Failure    string          // one sentence; Document and Passages are empty then
	Permanent  bool            // Failure will not go away until bytes or configuration change
	Locked     bool            // the document, or one within it, needs a password that was not given
}

// ExtractedPart is a document within the content that was read.
type ExtractedPart struct {
	Path     string // PartPath from the content
	Name     string
	Size     int64
	SHA256   string
	Document Document // without Parts
	Passages []Passage
	Sketch   Sketch
	Failure  string // one sentence; there is no text then
}

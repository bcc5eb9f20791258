package catalog

import "time"

// InferredCategory is the name under which the inference of a content's category is noted.
const InferredCategory = "categoryId"

// Found is a value that was inferred: how sure it is, how it was come by, and where in the document it stands.
type Found struct {
	Value      any     // nil: nothing was found
	Confidence float64 // 0 to 1
	Method     string  // a word or two for people
	Page       int     // 0: it was not read from a page
	Span               // in the text of that page
	Quote      string  // exactly what was read there
}

// Finding is what was found for a field, under its key.
type Finding struct {
	Key string
	Found
}

// Inferred is what a task has found out about a content.
type Inferred struct {
	TaskID   string           // of the task execution
	Category Found            // the value is the category's id
	Metadata map[string]Found // by key
	// Sought are the keys that the task looked for. What an earlier task had found under one of them in other bytes, and
	// this one has not found again, is no longer so.
	Sought []string
}

// ContentDetail is a content with where its automatic values came from.
type ContentDetail struct {
	Content
	Inferred []InferredValue `json:"inferred"`
	// ReadByOCR lists the pages whose text was recognised in pictures of them, such as 1-3, 7; words there may be wrong.
	ReadByOCR string `json:"readByOcr,omitempty"`
}

// InferredValue is an inferred value as it is answered. Page, Start and End are those of Found; Page is 0 when the value
// was not read from a page, and when the document has other bytes since.
type InferredValue struct {
	Name            string  `json:"name"` // key of the metadata, or categoryId
	Value           any     `json:"value"`
	Confidence      float64 `json:"confidence"` // 0: not known on this device, or for bytes that are gone
	Page            int     `json:"page"`
	Start           int     `json:"start"`
	End             int     `json:"end"`
	TaskExecutionID string  `json:"taskExecutionId"`
	Method          string  `json:"method"`
}

// Opening is what the kind of a document is judged by.
type Opening struct {
	FileName string
	Title    string
	Text     string // the beginning
}

// Verdict is what kind of document one seems to be.
type Verdict struct {
	Category   Category // the likeliest; zero when there are none
	Confidence float64  // that it is this one, 0 to 1
	Needed     float64  // the confidence from which on it is assigned
	Examples   int      // documents of this category that a person gave it
}

// Assigned reports whether the verdict is sure enough.
func (v Verdict) Assigned() bool { return v.Category.ID != "" && v.Confidence >= v.Needed }

// Filed is a content as something to learn from.
type Filed struct {
	Key        int64
	CategoryID string // that a person gave it; empty: none
	Version    string // changes when what it is judged by may have
}

// Sketch is a small likeness of a text: two texts that share most of their runs of words have sketches that share most of
// their values. Zero for a text that is too short to compare.
type Sketch struct {
	Minima []byte  // 32-bit values, little-endian
	Bands  []int64 // two texts that are much alike have at least one of these in common
}

// Related is what a workspace has that is like a content, each list the most alike or the newest first and at most 100.
type Related struct {
	Duplicates     []RelatedContent `json:"duplicates"`     // the same bytes
	NearDuplicates []RelatedContent `json:"nearDuplicates"` // other bytes, and nearly the same text
	Versions       []RelatedContent `json:"versions"`       // the same category and values of its unique fields
}

// RelatedContent is a content that another one is related to.
type RelatedContent struct {
	ContentID  string    `json:"contentId"`
	FileName   string    `json:"fileName"`
	Path       string    `json:"path,omitempty"`
	CreatedAt  time.Time `json:"createdAt"`
	Similarity float64   `json:"similarity,omitempty"` // above 0, up to 1: the share of runs of words in common; of no version
}

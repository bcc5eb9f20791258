package catalog

// HitState says how a hit relates to its original now.
type HitState string

const (
	HitCurrent HitState = "current" // the file is as it was read
	HitChanged HitState = "changed" // the file has changed since; a new reading is under way
	HitMissing HitState = "missing" // the file is gone
	HitOffline HitState = "offline" // its folder is not reachable now
	HitRemote  HitState = "remote"  // only its record is here
)

// Scope is what a question may look at.
type Scope struct {
	Workspaces []string `json:"workspaceIds,omitempty"` // empty: all that the caller may read
	Filter     *Filter  `json:"filter,omitempty"`       // applied before ranking
	Traits     []Trait  `json:"-"`                      // from the field words of a query, the same
}

// SearchRequest asks for passages.
type SearchRequest struct {
	Scope
	Query  string `json:"query"`
	Limit  int    `json:"limit,omitempty"`  // hits; default 10, at most 100
	Offset int    `json:"offset,omitempty"` // hits to skip
	Arms   Arms   `json:"-"`                // for measurement; zero means both
}

// Arms chooses the retrieval arms.
type Arms int

const (
	ArmsBoth Arms = iota
	ArmsKeyword
	ArmsVector
)

// Hit is a passage that matches, at most three a document.
type Hit struct {
	Rank        int      `json:"rank"` // from 1
	ContentID   string   `json:"contentId"`
	WorkspaceID string   `json:"workspaceId"`
	FileName    string   `json:"fileName"`
	FileFormat  string   `json:"fileFormat"`
	ParentID    string   `json:"parentId,omitempty"` // the document that this one lies in
	PartOf      string   `json:"partOf,omitempty"`   // and its name
	Path        string   `json:"path"`               // absolute, of what it lies in for a part; empty for uploads
	Page        int      `json:"page"`
	Start       int      `json:"start"`
	End         int      `json:"end"`
	Snippet     string   `json:"snippet"`
	Marks       []Span   `json:"marks"`   // matching words within Snippet
	Context     string   `json:"context"` // title and headings above the passage
	Score       float64  `json:"score"`   // 0 to 1, comparable within one result only
	State       HitState `json:"state"`
	Passage     string   `json:"-"` // the whole passage text
	ContentKey  int64    `json:"-"`
	Vector      float64  `json:"-"` // cosine with the question; 0 when the arm did not see it
	Keyword     float64  `json:"-"` // BM25, greater is better; 0 when the arm did not see it
}

// SearchResult is a page of hits.
type SearchResult struct {
	Query    string   `json:"query"`
	Total    int      `json:"total"` // documents that match, not passages
	TookMs   float64  `json:"tookMs"`
	Hits     []Hit    `json:"hits"`
	Warnings []string `json:"warnings,omitempty"` // "Meaning search is not ready yet: …"
}

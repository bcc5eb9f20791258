package catalog

import "time"

// CountQuery selects contents of one workspace to be counted. What is empty admits all.
type CountQuery struct {
	WorkspaceID string
	CategoryID  string
	FileFormat  string
	From, To    *Moment // both included: a date means its whole day
}

// FetchQuery asks for a page of one workspace's contents, newest first, ties by id.
type FetchQuery struct {
	WorkspaceID string
	Filter      *Filter
	Query       string // words that must all occur, as beginnings of words, in file name, metadata or the category's name
	Cursor      string // id of the last content of the page before; empty: the first page
	Limit       int    // contents a page
	// GroupByVersion keeps of the contents that match and share a version string the newest one, and adds the other live
	// contents with that version string, whether they match or not.
	GroupByVersion bool
}

// FetchPage is one page.
type FetchPage struct {
	Contents []Content
	Related  map[string][]RelatedVersion // by content id, newest first; nil unless grouped
	Next     string                      // cursor of the next page; empty: this was the last
	Total    int                         // contents that match, or groups of them, on all pages
}

// RelatedVersion is another content with the same version string.
type RelatedVersion struct {
	ID        string    `json:"id"`
	FileName  string    `json:"filename"`
	CreatedAt time.Time `json:"created_at"`
}

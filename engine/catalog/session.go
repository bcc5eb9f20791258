package catalog

import "time"

// Session is a list of contents that somebody works through; a content may be attached to many.
type Session struct {
	ID          string    `json:"id"`
	WorkspaceID string    `json:"workspaceId"`
	Name        string    `json:"name"`
	CreatedAt   time.Time `json:"createdAt"`
}

// ParsingStatus is how far a run of extraction has come.
type ParsingStatus string

// The states of a parsing.
const (
	ParsingQueued     ParsingStatus = "queued"
	ParsingProcessing ParsingStatus = "processing"
	ParsingProcessed  ParsingStatus = "processed"
	ParsingFailed     ParsingStatus = "failed"
)

// Parsing is one run of extraction over a content with one configuration.
type Parsing struct {
	ID            string        `json:"id"`
	ConfigHash    string        `json:"configHash"` // changes when the extractor's version or settings do
	Status        ParsingStatus `json:"status"`
	ParserVersion string        `json:"parserVersion"`
	UpdatedAt     time.Time     `json:"updatedAt"`
}

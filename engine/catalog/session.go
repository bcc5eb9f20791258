package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Session is a list of contents that somebody works through; a content may be attached to many.
type Session struct {
	ID          string    `json:"id"`
	WorkspaceID string    `json:"workspaceId"`
	Name        string    `json:"name"`
	CreatedAt   time.Time `json:"createdAt"`
}

// SessionDocument is a content that is attached to a session, with the runs of extraction over it, the newest last.
type SessionDocument struct {
	Content  Content
	Parsings []Parsing
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

// NewParsing is the run over a content with a configuration of extraction, which names versions and settings. The same
// run has the same id at any time.
func NewParsing(contentID, config string, status ParsingStatus, at time.Time) Parsing {
	hash := sha256.Sum256([]byte(config))
	return Parsing{ID: DerivedID("parsing", contentID, config), ConfigHash: hex.EncodeToString(hash[:]), Status: status, ParserVersion: config, UpdatedAt: at}
}

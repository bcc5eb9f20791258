package catalog

import "time"

// SetScope selects document sets: those of a user, or all of the user's organization.
type SetScope struct {
	UserID            string
	WholeOrganization bool
	WorkspaceID       string // not empty: this one at most
}

// DocumentSet is a workspace as a list of documents.
type DocumentSet struct {
	ID             string
	Name           string
	Details        string // empty: none
	OrganizationID string
	Version        int      // as Workspace has it
	Documents      []string // ids of its live contents, oldest first
}

// SetDocument is a live content of a document set with the names of what it refers to.
type SetDocument struct {
	ID        string
	Key       int64 // device-local row key
	Name      string
	Format    string // MIME type without parameters
	Status    ContentStatus
	Category  string // name; empty: none
	AddedBy   string // email; empty: somebody who is not known on this device
	CreatedAt time.Time
	UpdatedAt time.Time
}

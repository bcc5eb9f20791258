package catalog

import "time"

// Asked is a question of one person with the answers that it got, on this device and elsewhere.
type Asked struct {
	ID         string    `json:"id"`
	Text       string    `json:"query"`
	Workspaces []string  `json:"workspaceIds"` // asked about; empty: all
	AskedAt    time.Time `json:"askedAt"`
	// Later says that the remote is to answer as well, when it can be reached.
	Later   bool          `json:"later"`
	Answers []AskedAnswer `json:"answers"` // oldest first
}

// AskedAnswer is one answer with where and when it was given.
type AskedAnswer struct {
	Device string    `json:"device"` // id of the device that answered
	Here   bool      `json:"here"`   // it was this one
	At     time.Time `json:"at"`
	Answer Answer    `json:"answer"`
}

package catalog

import "time"

// Password is what may be told of a password: never what it is.
type Password struct {
	ID        string    `json:"passwordId"`
	ContentID string    `json:"contentId,omitempty"` // of the document that it opens; empty: it is tried on every one that needs a password
	Kept      bool      `json:"kept"`                // on disk; otherwise until Sheaf ends
	AddedAt   time.Time `json:"addedAt"`
}

// KeptPassword is a password with its secret, between the store and the engine.
type KeptPassword struct {
	Password
	Secret string
}

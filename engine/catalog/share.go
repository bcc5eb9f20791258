package catalog

import "time"

// Share is a link under which the bytes of a content are served without other credentials.
type Share struct {
	ID        string    `json:"id"` // "dsx_" and 16 letters or digits
	Token     string    `json:"-"`  // known only when it is made
	ContentID string    `json:"contentId"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

package catalog

import "time"

// How long a share may live.
const (
	ShareLifeLeast   = time.Second
	ShareLifeMost    = 7 * 24 * time.Hour
	ShareLifeDefault = 10 * time.Minute
)

// Share is a link under which the bytes of a content are served without other credentials.
type Share struct {
	ID        string    `json:"id"` // "dsx_" and 16 letters or digits
	Token     string    `json:"-"`  // known only when it is made
	ContentID string    `json:"contentId"`
	CreatedBy string    `json:"createdBy"` // user id: the link is worth what that user may see
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"` // to the millisecond
	Revoked   bool      `json:"revoked"`
}

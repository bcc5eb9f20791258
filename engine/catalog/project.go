package catalog

import "time"

// Project is a group of contents of one workspace that belong to one piece of business.
type Project struct {
	ID          string    `json:"id"`
	WorkspaceID string    `json:"workspaceId"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
}

// ProjectChange is a partial update: nil leaves a field as it is.
type ProjectChange struct {
	Name        *string
	Description *string
}

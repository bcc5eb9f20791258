package catalog

import "time"

// User is a person who may call. Everyone belongs to one organization.
type User struct {
	ID             string           `json:"id"`
	Email          string           `json:"email"`
	OrganizationID string           `json:"organizationId"`
	Role           OrganizationRole `json:"role"`
	CreatedAt      time.Time        `json:"createdAt"`
}

// Member is a user's standing in one workspace.
type Member struct {
	UserID    string    `json:"userId"`
	Email     string    `json:"email"`
	Role      Role      `json:"role"`
	CreatedAt time.Time `json:"createdAt"`
}

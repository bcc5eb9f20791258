package catalog

import "time"

// Workspace is a set of contents that are searched, shared and synchronised together.
type Workspace struct {
	ID            string    `json:"id"`
	Key           int64     `json:"-"` // device-local row key
	Name          string    `json:"name"`
	Description   string    `json:"description"`
	Icon          string    `json:"icon"`
	Color         string    `json:"color"`
	IsDefault     bool      `json:"isDefault"`
	IsArchived    bool      `json:"isArchived"`
	DataspaceID   string    `json:"dataspaceId"` // "sds-" and 8 hex digits
	Role          Role      `json:"role"`        // the caller's
	DocumentCount int       `json:"documentCount"`
	OwnerID       string    `json:"ownerId"`        // user id of the longest-standing OWNER
	Organization  string    `json:"organizationId"` // id
	Version       int       `json:"version"`        // grows by one with each change of name, description, documents or members
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
}

// With returns w after a change.
func (w Workspace) With(c WorkspaceChange) Workspace {
	for _, text := range []struct{ field, value *string }{{&w.Name, c.Name}, {&w.Description, c.Description}, {&w.Icon, c.Icon}, {&w.Color, c.Color}} {
		if text.value != nil {
			*text.field = *text.value
		}
	}
	if c.IsArchived != nil {
		w.IsArchived = *c.IsArchived
	}
	return w
}

// WorkspaceChange is a partial update: nil leaves a field as it is.
type WorkspaceChange struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
	Icon        *string `json:"icon,omitempty"`
	Color       *string `json:"color,omitempty"`
	IsArchived  *bool   `json:"isArchived,omitempty"`
}

package catalog

import "time"

// FieldType is the type of a category's field.
type FieldType string

// The field types. Every value is JSON's own: a string, a number or a boolean; a DATE is a string in ISO 8601.
const (
	FieldString      FieldType = "STRING"
	FieldShortString FieldType = "SHORT_STRING" // at most 255 code points
	FieldNumber      FieldType = "NUMBER"
	FieldBoolean     FieldType = "BOOLEAN"
	FieldDate        FieldType = "DATE"
)

// FieldTypes are all of them.
var FieldTypes = []FieldType{FieldString, FieldShortString, FieldNumber, FieldBoolean, FieldDate}

// CategoryField is one thing that is known of every content of a category, under its key in the metadata.
type CategoryField struct {
	Key                string    `json:"key"`
	Type               FieldType `json:"type"`
	Required           bool      `json:"required"`
	UniqueIndexElement bool      `json:"uniqueIndexElement"` // part of the version string
}

// Category is a kind of document in one workspace.
type Category struct {
	ID          string          `json:"id"`
	WorkspaceID string          `json:"workspaceId"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Fields      []CategoryField `json:"fields"`
	CreatedAt   time.Time       `json:"createdAt"`
	UpdatedAt   time.Time       `json:"updatedAt"`
}

// CategoryChange is what an update changes of a category. What is nil stays as it is.
type CategoryChange struct {
	Name        *string
	Description *string
	Fields      *[]CategoryField
}

// Apply returns the category as it is after the change.
func (c CategoryChange) Apply(category Category) Category {
	if c.Name != nil {
		category.Name = *c.Name
	}
	if c.Description != nil {
		category.Description = *c.Description
	}
	if c.Fields != nil {
		category.Fields = *c.Fields
	}
	return category
}

// Field returns the field with a key.
func (c Category) Field(key string) (field CategoryField, ok bool) {
	for _, f := range c.Fields {
		if f.Key == key {
			return f, true
		}
	}
	return CategoryField{}, false
}

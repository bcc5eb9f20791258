package engine

import (
	"context"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Categories lists those of a workspace, oldest first.
func (e *Engine) Categories(ctx context.Context, workspaceID string) ([]catalog.Category, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return nil, err
	}
	return e.store.Categories(ctx, workspaceID)
}

// Category returns one of a workspace. NotFound when it is not there.
func (e *Engine) Category(ctx context.Context, workspaceID, id string) (catalog.Category, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return catalog.Category{}, err
	}
	return e.store.Category(ctx, workspaceID, id)
}

// CreateCategory makes a category of a workspace. Invalid names everything that is wrong with its definition; Conflict
// when another one has its name, case ignored.
func (e *Engine) CreateCategory(ctx context.Context, c catalog.Category) (catalog.Category, error) {
	if err := e.may(ctx, c.WorkspaceID, catalog.ActionWriteOntology); err != nil {
		return catalog.Category{}, err
	}
	c.Name = strings.TrimSpace(c.Name)
	if err := catalog.InvalidFields(c.Check()); err != nil {
		return catalog.Category{}, err
	}
	return e.store.CreateCategory(ctx, c)
}

// UpdateCategory changes what is present. Its contents keep their metadata, whatever becomes of the fields.
func (e *Engine) UpdateCategory(ctx context.Context, workspaceID, id string, change catalog.CategoryChange) (catalog.Category, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteOntology); err != nil {
		return catalog.Category{}, err
	}
	if change.Name != nil {
		change.Name = new(strings.TrimSpace(*change.Name))
	}
	return e.store.UpdateCategory(ctx, workspaceID, id, change)
}

// DeleteCategory removes a category. Conflict while contents have it.
func (e *Engine) DeleteCategory(ctx context.Context, workspaceID, id string) error {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteOntology); err != nil {
		return err
	}
	return e.store.DeleteCategory(ctx, workspaceID, id)
}

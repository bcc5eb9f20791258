package engine

import (
	"context"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxDescription is the longest description of a project, in code points.
const maxDescription = 10_000

// Projects lists those of a workspace, oldest first.
func (e *Engine) Projects(ctx context.Context, workspaceID string) ([]catalog.Project, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return nil, err
	}
	return e.store.Projects(ctx, workspaceID)
}

// Project returns one of a workspace. NotFound when it has none with this id.
func (e *Engine) Project(ctx context.Context, workspaceID, id string) (catalog.Project, error) {
	if err := e.mayProject(ctx, workspaceID, id, catalog.ActionRead); err != nil {
		return catalog.Project{}, err
	}
	return e.store.Project(ctx, workspaceID, id)
}

// CreateProject makes a project. Invalid for a bad name or a description over 10,000 code points; Conflict for a name
// that a project of the workspace has already, case ignored.
func (e *Engine) CreateProject(ctx context.Context, workspaceID, name, description string) (catalog.Project, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteProjects); err != nil {
		return catalog.Project{}, err
	}
	if err := checkProject(catalog.ProjectChange{Name: &name, Description: &description}); err != nil {
		return catalog.Project{}, err
	}
	return e.store.CreateProject(ctx, workspaceID, strings.TrimSpace(name), description)
}

// UpdateProject changes what is present in c. Errors as CreateProject; NotFound for an unknown project.
func (e *Engine) UpdateProject(ctx context.Context, workspaceID, id string, c catalog.ProjectChange) (catalog.Project, error) {
	if err := e.mayProject(ctx, workspaceID, id, catalog.ActionWriteProjects); err != nil {
		return catalog.Project{}, err
	}
	if err := checkProject(c); err != nil {
		return catalog.Project{}, err
	}
	if c.Name != nil {
		c.Name = new(strings.TrimSpace(*c.Name))
	}
	if err := e.store.UpdateProject(ctx, workspaceID, id, c); err != nil {
		return catalog.Project{}, err
	}
	return e.store.Project(ctx, workspaceID, id)
}

// DeleteProject removes a project; the contents in it stay.
func (e *Engine) DeleteProject(ctx context.Context, workspaceID, id string) error {
	if err := e.mayProject(ctx, workspaceID, id, catalog.ActionWriteProjects); err != nil {
		return err
	}
	return e.store.DeleteProject(ctx, workspaceID, id)
}

// ProjectContents lists the ids of the contents of a project, in the order in which they were added. Those in the trash
// are left out until they are restored.
func (e *Engine) ProjectContents(ctx context.Context, workspaceID, id string) ([]string, error) {
	if err := e.mayProject(ctx, workspaceID, id, catalog.ActionRead); err != nil {
		return nil, err
	}
	return e.store.ProjectContents(ctx, workspaceID, id)
}

// AddToProject puts a content into a project of the same workspace; one that is in it stays. NotFound for a project or a
// content that the workspace does not have.
func (e *Engine) AddToProject(ctx context.Context, workspaceID, id, contentID string) error {
	if err := e.mayArrange(ctx, workspaceID, id, contentID); err != nil {
		return err
	}
	return e.store.AddToProject(ctx, workspaceID, id, contentID)
}

// RemoveFromProject takes a content out of a project; one that is not in it is no error. NotFound as AddToProject.
func (e *Engine) RemoveFromProject(ctx context.Context, workspaceID, id, contentID string) error {
	if err := e.mayArrange(ctx, workspaceID, id, contentID); err != nil {
		return err
	}
	return e.store.RemoveFromProject(ctx, workspaceID, id, contentID)
}

// mayProject is may for an action on the project with an id.
func (e *Engine) mayProject(ctx context.Context, workspaceID, id string, action catalog.Action) error {
	if err := e.may(ctx, workspaceID, action); err != nil {
		return err
	}
	if !catalog.ValidID(id) {
		return unknown("project", id)
	}
	return nil
}

// mayArrange is may for putting a content into a project or taking it out.
func (e *Engine) mayArrange(ctx context.Context, workspaceID, id, contentID string) error {
	if err := e.mayProject(ctx, workspaceID, id, catalog.ActionWriteProjects); err != nil {
		return err
	}
	if !catalog.ValidID(contentID) {
		return unknown("document", contentID)
	}
	return nil
}

func checkProject(c catalog.ProjectChange) error {
	var wrong wrongFields
	if c.Name != nil {
		wrong.checkText("name", *c.Name, 1, maxName)
	}
	if c.Description != nil {
		wrong.checkText("description", *c.Description, 0, maxDescription)
	}
	return wrong.err()
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxTasks is how many tasks a workflow may have.
const maxTasks = 50

// Workflows lists those of a workspace: the built-in ones first, then those that people made, oldest first.
func (e *Engine) Workflows(ctx context.Context, workspaceID string) ([]catalog.Workflow, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return nil, err
	}
	made, err := e.store.Workflows(ctx, workspaceID)
	return append(catalog.BuiltInWorkflows(workspaceID), made...), err
}

// Workflow returns one of a workspace. NotFound when it has none with this id.
func (e *Engine) Workflow(ctx context.Context, workspaceID, id string) (catalog.Workflow, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return catalog.Workflow{}, err
	}
	return e.workflow(ctx, workspaceID, id)
}

// workflow is Workflow for an actor who may know of it.
func (e *Engine) workflow(ctx context.Context, workspaceID, id string) (catalog.Workflow, error) {
	if builtIn, ok := builtInWorkflow(workspaceID, id); ok {
		return builtIn, nil
	}
	if !catalog.ValidID(id) {
		return catalog.Workflow{}, unknown("workflow", id)
	}
	return e.store.Workflow(ctx, workspaceID, id)
}

func builtInWorkflow(workspaceID, id string) (catalog.Workflow, bool) {
	for _, f := range catalog.BuiltInWorkflows(workspaceID) {
		if f.ID == id {
			return f, true
		}
	}
	return catalog.Workflow{}, false
}

// CreateWorkflow makes a workflow. Invalid for a bad name and for tasks that are none, unknown or more than 50; Conflict
// for a name that a workflow of the workspace has already, case ignored.
func (e *Engine) CreateWorkflow(ctx context.Context, workspaceID, name string, tasks []catalog.Task) (catalog.Workflow, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteOntology); err != nil {
		return catalog.Workflow{}, err
	}
	if tasks == nil {
		tasks = []catalog.Task{}
	}
	if err := checkWorkflow(workspaceID, catalog.WorkflowChange{Name: &name, Tasks: tasks}); err != nil {
		return catalog.Workflow{}, err
	}
	return e.store.CreateWorkflow(ctx, workspaceID, strings.TrimSpace(name), tasks)
}

// UpdateWorkflow changes what is present in c; executions that have begun go on as they began. Errors as CreateWorkflow;
// NotFound for an unknown workflow, Conflict for a built-in one.
func (e *Engine) UpdateWorkflow(ctx context.Context, workspaceID, id string, c catalog.WorkflowChange) (catalog.Workflow, error) {
	if err := e.mayChangeWorkflow(ctx, workspaceID, id); err != nil {
		return catalog.Workflow{}, err
	}
	if err := checkWorkflow(workspaceID, c); err != nil {
		return catalog.Workflow{}, err
	}
	if c.Name != nil {
		c.Name = new(strings.TrimSpace(*c.Name))
	}
	if err := e.store.UpdateWorkflow(ctx, workspaceID, id, c); err != nil {
		return catalog.Workflow{}, err
	}
	return e.store.Workflow(ctx, workspaceID, id)
}

// DeleteWorkflow removes a workflow; executions that have begun end as failed. NotFound for an unknown workflow, Conflict
// for a built-in one.
func (e *Engine) DeleteWorkflow(ctx context.Context, workspaceID, id string) error {
	if err := e.mayChangeWorkflow(ctx, workspaceID, id); err != nil {
		return err
	}
	return e.store.DeleteWorkflow(ctx, workspaceID, id)
}

func (e *Engine) mayChangeWorkflow(ctx context.Context, workspaceID, id string) error {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteOntology); err != nil {
		return err
	}
	if builtIn, ok := builtInWorkflow(workspaceID, id); ok {
		return catalog.Errorf(catalog.Conflict, "The workflow %s is built in and stays as it is. Make one of your own.", builtIn.Name)
	}
	if !catalog.ValidID(id) {
		return unknown("workflow", id)
	}
	return nil
}

func checkWorkflow(workspaceID string, c catalog.WorkflowChange) error {
	var wrong wrongFields
	if c.Name != nil {
		wrong.checkText("name", *c.Name, 1, maxName)
	}
	switch {
	case c.Tasks == nil:
	case len(c.Tasks) == 0:
		wrong.add("tasks", "must name at least one task")
	case len(c.Tasks) > maxTasks:
		wrong.add("tasks", "must name at most "+strconv.Itoa(maxTasks)+" tasks")
	default:
		for i, task := range c.Tasks {
			if !slices.Contains(catalog.Tasks, task) {
				wrong.add(element("tasks", i), "must be one of "+strings.Trim(fmt.Sprint(catalog.Tasks), "[]"))
			}
		}
	}
	if err := wrong.err(); err != nil || c.Name == nil {
		return err
	}
	for _, f := range catalog.BuiltInWorkflows(workspaceID) {
		if catalog.FoldCase(f.Name) == catalog.FoldCase(strings.TrimSpace(*c.Name)) {
			return catalog.Errorf(catalog.Conflict, "There is a workflow named %q already. Choose another name.", f.Name)
		}
	}
	return nil
}

// Execute begins a workflow over a content of its workspace and returns at once; the tasks are done in the background,
// also after a restart. The first agent of the actor is recorded. NotFound for a content or a workflow that the workspace
// does not have.
func (e *Engine) Execute(ctx context.Context, workspaceID, contentID, workflowID string) (catalog.Execution, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteContents); err != nil {
		return catalog.Execution{}, err
	}
	content, err := e.Content(ctx, contentID)
	if err == nil && content.WorkspaceID != workspaceID {
		err = unknown("document", contentID)
	}
	if err != nil {
		return catalog.Execution{}, err
	}
	workflow, err := e.workflow(ctx, workspaceID, workflowID)
	if err != nil {
		return catalog.Execution{}, err
	}
	agents, err := e.Agents(ctx)
	if err != nil {
		return catalog.Execution{}, err
	}
	actor, _ := catalog.ActorFrom(ctx)
	return e.store.CreateExecution(ctx, workflow, catalog.Execution{ContentID: contentID, AgentID: agents[0].ID, StartedBy: e.userOf(actor)})
}

// Execution returns one with its tasks. NotFound for one in a workspace that the actor may not know of.
func (e *Engine) Execution(ctx context.Context, id string) (catalog.Execution, error) {
	if _, err := caller(ctx); err != nil {
		return catalog.Execution{}, err
	}
	if !catalog.ValidID(id) {
		return catalog.Execution{}, unknown("execution", id)
	}
	execution, err := e.store.Execution(ctx, id)
	if err == nil {
		err = e.may(ctx, execution.WorkspaceID, catalog.ActionRead)
	}
	if catalog.CodeOf(err) == catalog.NotFound {
		err = unknown("execution", id)
	}
	return execution, err
}

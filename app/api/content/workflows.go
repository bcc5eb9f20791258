package content

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Task is a step that a workflow can take.
type Task string

// Values are all tasks.
func (Task) Values() []any {
	values := make([]any, len(catalog.Tasks))
	for i, task := range catalog.Tasks {
		values[i] = task
	}
	return values
}

// Workflow is an ordered list of tasks.
type Workflow struct {
	ID      string `json:"id" format:"uuid"`
	Name    string `json:"name"`
	Tasks   []Task `json:"tasks"`
	BuiltIn bool   `json:"builtIn"`
}

func workflowOf(f catalog.Workflow) Workflow {
	made := Workflow{ID: f.ID, Name: f.Name, Tasks: make([]Task, len(f.Tasks)), BuiltIn: f.BuiltIn}
	for i, task := range f.Tasks {
		made.Tasks[i] = Task(task)
	}
	return made
}

// WorkflowList answers listWorkflows.
type WorkflowList struct {
	Workflows []Workflow `json:"workflows"`
}

// WorkflowRequest describes a workflow to make.
type WorkflowRequest struct {
	Name  string `json:"name" minLength:"1" maxLength:"255"`
	Tasks []Task `json:"tasks" minItems:"1" maxItems:"50"`
}

// WorkflowChange changes what is present.
type WorkflowChange struct {
	Name  *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Tasks []Task  `json:"tasks,omitempty" minItems:"1" maxItems:"50" doc:"all tasks anew"`
}

// tasksOf is nil where the request has none.
func tasksOf(tasks []Task) []catalog.Task {
	var list []catalog.Task
	if tasks != nil {
		list = make([]catalog.Task, len(tasks))
	}
	for i, task := range tasks {
		list[i] = catalog.Task(task)
	}
	return list
}

// workflowRoutes are the operations on workflows and their executions.
func (a *API) workflowRoutes() []web.Route {
	reads, writes := web.Needs("content-read"), web.Needs("content-write")
	const all, one = Base + "/workflows/{dataspaceId}", Base + "/workflows/{dataspaceId}/{workflowId}"
	return []web.Route{
		{Name: "listWorkflows", Method: "GET", Path: all, Access: reads.To(catalog.ActionRead), Summary: "The workflows of a dataspace, the built-in ones first.",
			Response: WorkflowList{}, Statuses: []int{http.StatusOK}, Serve: a.listWorkflows},
		{Name: "createWorkflow", Method: "POST", Path: all, Access: writes.To(catalog.ActionWriteOntology), Summary: "A new workflow; 409 when the name is taken.",
			Request: WorkflowRequest{}, Response: Workflow{}, Statuses: []int{http.StatusCreated}, Serve: a.createWorkflow},
		{Name: "getWorkflow", Method: "GET", Path: one, Access: reads.To(catalog.ActionRead), Summary: "One workflow.",
			Response: Workflow{}, Statuses: []int{http.StatusOK}, Serve: a.getWorkflow},
		{Name: "updateWorkflow", Method: "PUT", Path: one, Access: writes.To(catalog.ActionWriteOntology), Summary: "Changes what is present in the body; 409 for a built-in workflow.",
			Request: WorkflowChange{}, Response: Workflow{}, Statuses: []int{http.StatusOK}, Serve: a.updateWorkflow},
		{Name: "deleteWorkflow", Method: "DELETE", Path: one, Access: writes.To(catalog.ActionWriteOntology), Summary: "Removes a workflow and ends its executions; 409 for a built-in one.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteWorkflow},
		{Name: "ingestContent", Method: "POST", Path: Base + "/content/{dataspaceId}/{contentId}/ingest", Access: writes.To(catalog.ActionWriteContents),
			Summary: "Begins a workflow over a content and returns at once.", Published: true,
			Query:    []web.Parameter{{Name: "workflowId", Kind: "string", About: "the workflow to execute", Required: true, Format: "uuid"}},
			Response: Execution{}, Statuses: []int{http.StatusOK}, Serve: a.ingest},
		{Name: "getWorkflowExecution", Method: "GET", Path: Base + "/workflow-executions/{executionId}", Access: reads.To(catalog.ActionRead),
			Summary: "An execution with its tasks, as far as it has come.", Response: ExecutionDetails{}, Statuses: []int{http.StatusOK}, Serve: a.getExecution},
	}
}

func (a *API) listWorkflows(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	list, err := a.engine.Workflows(r.Context(), dataspace.ID)
	if err != nil {
		return err
	}
	answer := WorkflowList{Workflows: make([]Workflow, len(list))}
	for i, workflow := range list {
		answer.Workflows[i] = workflowOf(workflow)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createWorkflow(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in WorkflowRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	workflow, err := a.engine.CreateWorkflow(r.Context(), dataspace.ID, in.Name, tasksOf(in.Tasks))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, workflowOf(workflow))
	return nil
}

func (a *API) getWorkflow(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	workflow, err := a.engine.Workflow(r.Context(), dataspace.ID, r.PathValue("workflowId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, workflowOf(workflow))
	return nil
}

func (a *API) updateWorkflow(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in WorkflowChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	change := catalog.WorkflowChange{Name: in.Name, Tasks: tasksOf(in.Tasks)}
	workflow, err := a.engine.UpdateWorkflow(r.Context(), dataspace.ID, r.PathValue("workflowId"), change)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, workflowOf(workflow))
	return nil
}

func (a *API) deleteWorkflow(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	if err := a.engine.DeleteWorkflow(r.Context(), dataspace.ID, r.PathValue("workflowId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

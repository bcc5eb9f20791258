package content

import (
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Execution is one run of a workflow over one content. The content and its dataspace stand under both of the names that
// the contract has for them.
type Execution struct {
	ID                      string     `json:"id" format:"uuid"`
	WorkflowID              string     `json:"workflowId" format:"uuid"`
	ContentID               string     `json:"contentId" format:"uuid"`
	DataspaceID             string     `json:"dataspaceId"`
	PrimaryScopeObjectID    string     `json:"primaryScopeObjectId" format:"uuid" doc:"the same as contentId"`
	PrimaryScopeDataspaceID string     `json:"primaryScopeDataspaceId" doc:"the same as dataspaceId"`
	AgentID                 string     `json:"agentId" format:"uuid"`
	Status                  string     `json:"status" enum:"started|completed|failed"`
	StartedAt               time.Time  `json:"startedAt"`
	CompletedAt             *time.Time `json:"completedAt" doc:"null while it is running"`
	ErrorMessage            *string    `json:"errorMessage" doc:"null unless it failed"`
}

// ExecutionDetails is an execution with its tasks in their order.
type ExecutionDetails struct {
	Execution
	Tasks []TaskExecution `json:"tasks"`
}

// TaskExecution is one step of an execution.
type TaskExecution struct {
	ID           string     `json:"id" format:"uuid"`
	Task         string     `json:"task"`
	Status       string     `json:"status" enum:"queued|started|completed|failed"`
	StartedAt    *time.Time `json:"startedAt"`
	CompletedAt  *time.Time `json:"completedAt"`
	Outcome      string     `json:"outcome" doc:"one sentence: what it did, or that there was nothing to do"`
	ErrorMessage *string    `json:"errorMessage" doc:"null unless it failed"`
}

func executionOf(dataspaceID string, x catalog.Execution) Execution {
	return Execution{ID: x.ID, WorkflowID: x.WorkflowID, ContentID: x.ContentID, DataspaceID: dataspaceID,
		PrimaryScopeObjectID: x.ContentID, PrimaryScopeDataspaceID: dataspaceID, AgentID: x.AgentID, Status: string(x.Status),
		StartedAt: x.StartedAt, CompletedAt: x.CompletedAt, ErrorMessage: textOrNull(x.Failure)}
}

func tasksDone(tasks []catalog.TaskExecution) []TaskExecution {
	list := make([]TaskExecution, len(tasks))
	for i, t := range tasks {
		list[i] = TaskExecution{ID: t.ID, Task: string(t.Task), Status: string(t.Status), StartedAt: t.StartedAt, CompletedAt: t.CompletedAt,
			Outcome: t.Outcome, ErrorMessage: textOrNull(t.Failure)}
	}
	return list
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (a *API) ingest(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	q := web.ReadQuery(r.URL)
	workflowID := q.Text("workflowId")
	if workflowID == "" {
		q.Add("workflowId", "must name a workflow")
	}
	if err := q.Err(); err != nil {
		return err
	}
	execution, err := a.engine.Execute(r.Context(), dataspace.ID, r.PathValue("contentId"), workflowID)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, executionOf(dataspace.DataspaceID, execution))
	return nil
}

func (a *API) getExecution(w http.ResponseWriter, r *http.Request) error {
	execution, err := a.engine.Execution(r.Context(), r.PathValue("executionId"))
	if err != nil {
		return err
	}
	workspace, err := a.engine.Workspace(r.Context(), execution.WorkspaceID)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, ExecutionDetails{Execution: executionOf(workspace.DataspaceID, execution), Tasks: tasksDone(execution.Tasks)})
	return nil
}

package catalog

import "time"

// Task is a step that a workflow can take with a content.
type Task string

// The tasks.
const (
	TaskReprocess       Task = "reprocess"        // read the bytes again
	TaskExtractMetadata Task = "extract_metadata" // find values for the category's fields
	TaskCategorise      Task = "categorise"       // find the category
	TaskDeriveImages    Task = "derive_images"    // make page images
)

// Tasks are all of them.
var Tasks = []Task{TaskReprocess, TaskExtractMetadata, TaskCategorise, TaskDeriveImages}

// Workflow is an ordered list of tasks.
type Workflow struct {
	ID          string    `json:"id"`
	WorkspaceID string    `json:"workspaceId"`
	Name        string    `json:"name"`
	Tasks       []Task    `json:"tasks"`
	BuiltIn     bool      `json:"builtIn"`
	CreatedAt   time.Time `json:"createdAt"` // zero for built-in ones
	UpdatedAt   time.Time `json:"updatedAt"`
}

// BuiltInWorkflows are those that every workspace has, one a task.
func BuiltInWorkflows(workspaceID string) []Workflow {
	names := map[Task]string{TaskReprocess: "Reprocess", TaskExtractMetadata: "Extract metadata", TaskCategorise: "Categorise", TaskDeriveImages: "Derive images"}
	list := make([]Workflow, len(Tasks))
	for i, task := range Tasks {
		list[i] = Workflow{ID: DerivedID("workflow", workspaceID, string(task)), WorkspaceID: workspaceID, Name: names[task], Tasks: []Task{task}, BuiltIn: true}
	}
	return list
}

// ExecutionStatus is how far an execution has come.
type ExecutionStatus string

// The states of an execution and of its tasks; only tasks are ever queued.
const (
	ExecutionQueued    ExecutionStatus = "queued"
	ExecutionStarted   ExecutionStatus = "started"
	ExecutionCompleted ExecutionStatus = "completed"
	ExecutionFailed    ExecutionStatus = "failed"
)

// Execution is one run of a workflow over one content.
type Execution struct {
	ID          string          `json:"id"`
	WorkflowID  string          `json:"workflowId"`
	WorkspaceID string          `json:"workspaceId"`
	ContentID   string          `json:"contentId"`
	AgentID     string          `json:"agentId"`
	StartedBy   string          `json:"startedBy"` // user id
	Status      ExecutionStatus `json:"status"`
	StartedAt   time.Time       `json:"startedAt"`
	CompletedAt *time.Time      `json:"completedAt"`
	Failure     string          `json:"failure,omitempty"` // one sentence, set when Status is failed
	Tasks       []TaskExecution `json:"tasks"`
}

// TaskExecution is one step of an execution.
type TaskExecution struct {
	ID          string          `json:"id"`
	ExecutionID string          `json:"executionId"`
	Task        Task            `json:"task"`
	Status      ExecutionStatus `json:"status"`
	StartedAt   *time.Time      `json:"startedAt"`
	CompletedAt *time.Time      `json:"completedAt"`
	Outcome     string          `json:"outcome,omitempty"` // one sentence: what it did, or that there was nothing to do
	Failure     string          `json:"failure,omitempty"`
}

// WorkflowChange is a partial update: nil leaves a field as it is.
type WorkflowChange struct {
	Name  *string
	Tasks []Task
}

// DueExecution is an execution whose next task can be done now, with the content as it is.
type DueExecution struct {
	Execution
	Content Content
	Gone    bool // the content is in the trash, or its workspace deleted
	Away    bool // the content's bytes are not here, and nothing waits for them
}

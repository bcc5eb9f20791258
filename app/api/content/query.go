package content

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxQuestion  = 10_000 // code points
	maxLibraries = 100    // that one question may name
	// fileLife is how long the link to a cited content is valid.
	fileLife = catalog.ShareLifeDefault
)

// What an answer says of what was asked for and took no part.
const (
	noWebSearch    = "Web results were asked for, but no web search is configured; the answer is from the documents alone."
	noLibraryPages = "Libraries were named, but no pages of theirs have been saved yet; the answer is from the documents alone."
)

// QueryRequest is a question to the documents of a dataspace.
type QueryRequest struct {
	Query           string          `json:"query" minLength:"1" maxLength:"10000"`
	AgentID         *string         `json:"agentId,omitempty" format:"uuid" doc:"The agent under whose instructions to answer; absent: the Research Assistant Agent."`
	Context         QueryContext    `json:"context,omitzero"`
	Filters         json.RawMessage `json:"filters,omitempty" doc:"A content filter that holds beside context.contentFilters."`
	DisabledLogging bool            `json:"disabledLogging,omitempty" doc:"Leaves the request out of logs and history."`
}

// QueryContext is what the answer may draw on.
type QueryContext struct {
	ContentFilters   json.RawMessage `json:"contentFilters,omitempty" doc:"Only contents that this filter admits."`
	Libraries        []string        `json:"libraries,omitempty" maxItems:"100"`
	WebSearchResults bool            `json:"includeWebSearchResults,omitempty"`
}

// QueryAnswer is what the documents say, or that they do not.
type QueryAnswer struct {
	Query         string        `json:"query"`
	Response      string        `json:"response" doc:"Cites with 【0】 【1】 … into citedContent."`
	AnalyzedCount int           `json:"analyzedDocumentCount" doc:"Contents that the filters admit."`
	Cited         []CitedItem   `json:"citedContent"`
	WebResults    []WebResult   `json:"webSearchResults"`
	LibraryPages  []LibraryPage `json:"citedLibraryPages"`
	Warnings      []string      `json:"warnings" doc:"What was asked for and took no part in the answer."`
}

// CitedItem is a content with the place that was cited; the same content may be cited several times.
type CitedItem struct {
	Item
	VersionString   *string                   `json:"versionString" doc:"Shared by contents that are versions of one another; null: this one stands alone."`
	FileURL         string                    `json:"fileUrl" format:"uri" doc:"Serves the bytes without other credentials for ten minutes."`
	TaskExecutions  []TaskDetail              `json:"taskExecutions" doc:"Those that inferenceTaskExecutions names."`
	RelatedVersions *[]catalog.RelatedVersion `json:"relatedVersions" doc:"Other contents with the same version string, newest first; null without one."`
	Citation        catalog.Citation          `json:"citation"`
}

// TaskDetail is one task of a workflow execution.
type TaskDetail struct {
	ID                  string                  `json:"id" format:"uuid"`
	WorkflowExecutionID string                  `json:"workflowExecutionId" format:"uuid"`
	Task                catalog.Task            `json:"task"`
	Status              catalog.ExecutionStatus `json:"status"`
	StartedAt           *time.Time              `json:"startedAt"`
	CompletedAt         *time.Time              `json:"completedAt"`
	Outcome             *string                 `json:"outcome" doc:"What it did, or that there was nothing to do."`
	ErrorMessage        *string                 `json:"errorMessage"`
}

// WebResult is a result of a web search that went into the answer.
type WebResult struct {
	Title   string `json:"title"`
	URL     string `json:"url" format:"uri"`
	Snippet string `json:"snippet"`
}

// LibraryPage is a saved page that was cited.
type LibraryPage struct {
	FileID    string `json:"fileId"`
	LibraryID string `json:"libraryId" format:"uuid"`
	URL       string `json:"url" format:"uri"`
}

// queryRoutes are the operations on questions to a dataspace.
func (a *API) queryRoutes() []web.Route {
	return []web.Route{
		{Name: "queryContent", Method: http.MethodPost, Path: Base + "/content/{dataspaceId}/query", Access: web.Needs("content-query").To(catalog.ActionRead), Published: true,
			Summary:     "An answer from the documents of a dataspace, with the places that it cites, or that they hold none.",
			Description: "Every quote is the stored text of its page from start to end, counted in code points.",
			Request:     QueryRequest{}, Response: QueryAnswer{}, Long: true, Statuses: []int{http.StatusOK}, Serve: a.query,
			Example: &web.Example{Target: Base + "/content/sds-4f1c02ab/query", Response: exampleAnswer(),
				Request: QueryRequest{Query: exampleQuestion, Context: QueryContext{ContentFilters: json.RawMessage(`{"fileName":{"endsWith":".txt"}}`)}}}},
	}
}

func (a *API) query(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in QueryRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.DisabledLogging {
		web.Quiet(r)
	}
	question, err := a.question(r, in)
	if err != nil {
		return err
	}
	question.Workspaces = []string{dataspace.ID}
	answer, err := a.engine.Ask(r.Context(), question)
	if err != nil {
		return ofQuery(err)
	}
	cited, err := a.cited(r, dataspace.DataspaceID, answer.CitedContent)
	if catalog.CodeOf(err) == catalog.NotFound {
		return catalog.Errorf(catalog.Unavailable, "A document that the answer cites was deleted meanwhile; ask again.")
	}
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, QueryAnswer{Query: answer.Query, Response: answer.Response, AnalyzedCount: answer.AnalyzedDocumentCount,
		Cited: cited, Warnings: append(answer.Warnings, unserved(in.Context)...)})
	return nil
}

// question checks a request and reports everything that is wrong with it. It leaves the workspace to the caller.
func (a *API) question(r *http.Request, in QueryRequest) (catalog.Question, error) {
	var wrong web.Violations
	wrong.Length("query", in.Query, 1, maxQuestion)
	if in.AgentID != nil {
		_, err := a.engine.Agent(r.Context(), *in.AgentID)
		if err := known(err, "agentId", "names no agent of yours", &wrong); err != nil {
			return catalog.Question{}, err
		}
	}
	if len(in.Context.Libraries) > maxLibraries {
		wrong.Add("context.libraries", "may name at most 100 libraries")
		in.Context.Libraries = nil
	}
	for _, id := range in.Context.Libraries {
		_, err := a.engine.Library(r.Context(), id)
		if err := known(err, "context.libraries", "names a library that you do not have", &wrong); err != nil {
			return catalog.Question{}, err
		}
	}
	inContext, err := readFilter("context.contentFilters", in.Context.ContentFilters, &wrong)
	if err != nil {
		return catalog.Question{}, err
	}
	beside, err := readFilter("filters", in.Filters, &wrong)
	if err != nil {
		return catalog.Question{}, err
	}
	filter := &catalog.Filter{Conditions: slices.Concat(inContext, beside)}
	question := catalog.Question{Scope: catalog.Scope{Filter: filter}, Text: in.Query}
	if in.AgentID != nil {
		question.AgentID = *in.AgentID
	}
	return question, wrong.Err()
}

// known turns NotFound into a violation of the field that holds the id. Any other error is not about the input.
func known(err error, field, message string, wrong *web.Violations) error {
	if catalog.CodeOf(err) != catalog.NotFound {
		return err
	}
	if !wrong.Has(field) {
		wrong.Add(field, message)
	}
	return nil
}

// readFilter reads the conditions of a filter that a field holds. Violations are named by the path that leads to them.
func readFilter(field string, raw json.RawMessage, wrong *web.Violations) ([]catalog.Condition, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	filter, err := catalog.ParseFilter(raw)
	if err == nil {
		return filter.Conditions, nil
	}
	invalid, ok := errors.AsType[*catalog.Error](err)
	if !ok || invalid.Code != catalog.Invalid {
		return nil, err
	}
	if len(invalid.Fields) == 0 {
		wrong.Add(field, "must be an object of fields with their conditions")
	}
	for _, f := range invalid.Fields {
		wrong.Add(strings.TrimSuffix(field+"."+f.Field, "."), f.Message)
	}
	return nil, nil
}

// ofQuery names the field of an error about the words of the question.
func ofQuery(err error) error {
	invalid, ok := errors.AsType[*catalog.Error](err)
	if !ok || invalid.Code != catalog.Invalid || len(invalid.Fields) > 0 {
		return err
	}
	return web.WrongField("query", "has nothing to look for; it needs at least one word that is not excluded")
}

// unserved says what was asked for and takes no part in an answer yet.
func unserved(c QueryContext) (warnings []string) {
	if c.WebSearchResults {
		warnings = append(warnings, noWebSearch)
	}
	if len(c.Libraries) > 0 {
		warnings = append(warnings, noLibraryPages)
	}
	return warnings
}

// cited puts what an answer cites into the contract's words, each content with one fresh link to its bytes.
func (a *API) cited(r *http.Request, dataspaceID string, list []catalog.CitedContent) ([]CitedItem, error) {
	var ids []string
	for _, c := range list {
		if !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	shares, err := a.engine.CreateShares(r.Context(), ids, fileLife)
	if err != nil {
		return nil, err
	}
	items := make([]CitedItem, len(list))
	for i, c := range list {
		provenance, err := a.engine.Provenance(r.Context(), c.ID)
		if err != nil {
			return nil, err
		}
		items[i] = citedOf(dataspaceID, c, provenance)
		items[i].FileURL = a.links.Share(r, shares[slices.Index(ids, c.ID)])
	}
	return items, nil
}

// citedOf is a cited content without its link.
func citedOf(dataspaceID string, c catalog.CitedContent, p catalog.Provenance) CitedItem {
	item := CitedItem{Item: itemOf(dataspaceID, c.Content), Citation: c.Citation, TaskExecutions: make([]TaskDetail, len(p.Executions))}
	if c.VersionString != "" {
		item.VersionString = &c.VersionString
	}
	if p.Related != nil {
		item.RelatedVersions = &p.Related
	}
	for i, t := range p.Executions {
		item.TaskExecutions[i] = TaskDetail{ID: t.ID, WorkflowExecutionID: t.ExecutionID, Task: t.Task, Status: t.Status,
			StartedAt: t.StartedAt, CompletedAt: t.CompletedAt, Outcome: sentence(t.Outcome), ErrorMessage: sentence(t.Failure)}
	}
	return item
}

// sentence is text, or nothing when there is none.
func sentence(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

const exampleQuestion = "Where does the water meter stand?"

// exampleAnswer is what an answer looks like.
func exampleAnswer() QueryAnswer {
	const quote = "The water meter stands behind the shed."
	id, at := "01974c5e-7a10-7c42-9d3e-5b8f0a1c2d3e", time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)
	return QueryAnswer{Query: exampleQuestion, Response: quote + " 【0】", AnalyzedCount: 1, Cited: []CitedItem{{
		Item: Item{ContentID: id, DataspaceID: "sds-4f1c02ab", FileName: "meter.txt", FileFormat: "text/plain",
			VectorFileID: new(catalog.PublicID("file-", id)), CreatedAt: at, UpdatedAt: at},
		FileURL:  "http://127.0.0.1:7450" + web.SharePath + "/dsx_iCAA1uoowAFi9rcu?token=uX2mZb1sQ0Wc7dKfJ3hTvA",
		Citation: catalog.Citation{Page: 1, End: len(quote), Quote: quote},
	}}}
}

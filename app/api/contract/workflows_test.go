package contract

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// builtIn is the id of a built-in workflow of a dataspace.
func (s *server) builtIn(dataspaceID, name string) string {
	s.Helper()
	list := s.call(200, "GET", "/api/workflows/"+dataspaceID, nil)
	for i := range list.at("workflows").([]any) {
		if list.text("workflows", i, "name") == name {
			return list.text("workflows", i, "id")
		}
	}
	s.Fatalf("there is no workflow %s: %s", name, list.body)
	return ""
}

// followed asks for an execution until it has ended.
func (s *server) followed(id string) reply {
	s.Helper()
	deadline, tick := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		got := s.call(200, "GET", "/api/workflow-executions/"+id, nil)
		if got.text("status") != "started" {
			return got
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.Fatalf("it does not end: %s", got.body)
		}
	}
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/workflows/" + s.workspace("").DataspaceID
	first := s.call(200, "GET", all, nil)
	var names, tasks []string
	for i := range first.at("workflows").([]any) {
		names, tasks = append(names, first.text("workflows", i, "name")), append(tasks, fmt.Sprint(first.at("workflows", i, "tasks")))
		if first.at("workflows", i, "builtIn") != true {
			t.Errorf("not built in: %s", first.body)
		}
	}
	if strings.Join(names, ", ") != "Reprocess, Extract metadata, Categorise, Derive images" || strings.Join(tasks, "") != "[reprocess][extract_metadata][categorise][derive_images]" {
		t.Errorf("built in are %s", first.body)
	}
	builtIn := all + "/" + first.text("workflows", 0, "id")
	s.call(200, "GET", builtIn, nil)
	s.call(409, "PUT", builtIn, map[string]any{"name": "Mine"})
	s.call(409, "DELETE", builtIn, nil)
	s.call(409, "POST", all, map[string]any{"name": "extract METADATA ", "tasks": []string{"reprocess"}})

	made := s.call(201, "POST", all, map[string]any{"name": " All of it ", "tasks": []string{"reprocess", "categorise", "extract_metadata", "reprocess"}})
	if got := made.object(); got["name"] != "All of it" || fmt.Sprint(got["tasks"]) != "[reprocess categorise extract_metadata reprocess]" || got["builtIn"] != false ||
		!catalog.ValidID(made.text("id")) || len(got) != 4 {
		t.Errorf("made %s", made.body)
	}
	one := all + "/" + made.text("id")
	if got := s.call(200, "GET", one+"/", nil); fmt.Sprint(got.object()) != fmt.Sprint(made.object()) {
		t.Errorf("got %s", got.body)
	}
	if got := s.call(200, "PUT", one, map[string]any{"tasks": []string{"derive_images"}}); got.text("name") != "All of it" || fmt.Sprint(got.at("tasks")) != "[derive_images]" {
		t.Errorf("changed to %s", got.body)
	}
	if got := s.call(200, "PUT", one+"/", map[string]any{"name": "all OF it", "tasks": nil}); got.text("name") != "all OF it" || fmt.Sprint(got.at("tasks")) != "[derive_images]" {
		t.Errorf("renamed to %s", got.body)
	}
	s.call(409, "POST", all+"/", map[string]any{"name": "ALL OF IT", "tasks": []string{"reprocess"}})
	other := s.call(201, "POST", all, map[string]any{"name": "Other", "tasks": []string{"reprocess"}})
	s.call(409, "PUT", one, map[string]any{"name": "other"})
	s.call(409, "PUT", one, map[string]any{"name": "Reprocess"})
	elsewhere := "/api/workflows/" + s.workspace("Second").DataspaceID
	s.call(404, "GET", elsewhere+"/"+made.text("id"), nil)
	s.call(404, "GET", elsewhere+"/"+first.text("workflows", 0, "id"), nil)
	s.call(404, "PUT", elsewhere+"/"+made.text("id"), map[string]any{"name": "x"})
	s.call(404, "DELETE", elsewhere+"/"+made.text("id"), nil)
	if list := s.call(200, "GET", all, nil); list.listed("workflows") != first.listed("workflows")+" "+oldestFirst(made, other) {
		t.Errorf("the list is %s", list.body)
	}
	s.call(204, "DELETE", one, nil)
	s.call(404, "DELETE", one, nil)
	s.call(404, "GET", one, nil)
}

func TestWorkflowsRefuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/workflows/" + s.workspace("").DataspaceID
	valid := map[string]any{"name": "All of it", "tasks": []any{"reprocess"}}
	one := all + "/" + s.call(201, "POST", all, valid).text("id")
	for _, c := range []struct {
		body   map[string]any
		fields string
	}{
		{object(valid, "name", absent), "name"},
		{object(valid, "name", 1), "name"},
		{object(valid, "name", ""), "name"},
		{object(valid, "name", strings.Repeat("x", 256)), "name"},
		{object(valid, "tasks", absent), "tasks"},
		{object(valid, "tasks", []string{}), "tasks"},
		{object(valid, "tasks", "reprocess"), "tasks"},
		{object(valid, "tasks", []string{"reprocess", "Reprocess", "", "virus_scan"}), "tasks[1] tasks[2] tasks[3]"},
		{object(valid, "tasks", strings.Split(strings.Repeat("reprocess ", 50)+"reprocess", " ")), "tasks"},
		{object(valid, "name", " ", "tasks", []string{"x"}), "name tasks[0]"},
	} {
		got := s.call(400, "POST", all, c.body)
		if got.wrongFields() != c.fields || got.text("error", "code") != "invalid" {
			t.Errorf("%.80v: %s", c.body, got.body)
		}
		if c.body["name"] != nil && c.body["tasks"] != nil {
			s.call(400, "PUT", one, c.body)
		}
	}
	s.call(400, "POST", all, object(valid, "tasks", []any{7}))
	s.call(400, "POST", all, object(valid, "tasks", []any{nil}))
	for name, body := range wrongBodies() {
		if got := s.call(400, "POST", all, body); got.text("error", "message") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
		s.call(400, "PUT", one, body)
	}
	for _, id := range strangeIDs() {
		s.call(404, "GET", all+"/"+id, nil)
		s.call(404, "PUT", all+"/"+id, valid)
		s.call(404, "DELETE", all+"/"+id, nil)
		s.call(404, "GET", "/api/workflows/"+id, nil)
		s.call(404, "POST", "/api/workflows/"+id, valid)
		s.call(404, "GET", "/api/workflow-executions/"+id, nil)
	}
}

func TestIngest(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	invoice := s.call(201, "POST", "/api/categories/"+workspace.DataspaceID,
		map[string]any{"name": "Invoice", "fields": []any{map[string]any{"key": "title", "type": "STRING"}}}).text("id")
	content := s.imported("", "invoice_7.md", "# The seventh invoice\n\nTotal 7")
	path := "/api/content/" + workspace.DataspaceID + "/" + content.ID + "/ingest"
	workflow := s.call(201, "POST", "/api/workflows/"+workspace.DataspaceID,
		map[string]any{"name": "All", "tasks": []string{"reprocess", "categorise", "extract_metadata", "derive_images"}}).text("id")
	begun := s.call(200, "POST", path+"/?workflowId="+workflow, nil)
	for field, want := range map[string]any{
		"workflowId": workflow, "contentId": content.ID, "primaryScopeObjectId": content.ID, "dataspaceId": workspace.DataspaceID,
		"primaryScopeDataspaceId": workspace.DataspaceID, "status": "started", "completedAt": nil, "errorMessage": nil,
		"agentId": s.call(200, "GET", "/api/agents", nil).text("agents", 0, "id"),
	} {
		if got, there := begun.object()[field]; got != want || !there {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	if _, err := time.Parse("2006-01-02T15:04:05Z", begun.text("startedAt")); err != nil || !catalog.ValidID(begun.text("id")) || len(begun.object()) != 11 {
		t.Errorf("begun as %s", begun.body)
	}
	ended := s.followed(begun.text("id"))
	if ended.text("status") != "completed" || ended.text("completedAt") < ended.text("startedAt") || ended.at("errorMessage") != nil || ended.text("id") != begun.text("id") || len(ended.object()) != 12 {
		t.Errorf("ended as %s", ended.body)
	}
	for i, outcome := range []string{"It was read again: one page.", "It was filed under Invoice: ", "It stated title.", "A picture of its one page was made."} {
		task := ended.at("tasks", i).(map[string]any)
		if said, _ := task["outcome"].(string); task["status"] != "completed" || !strings.HasPrefix(said, outcome) || task["startedAt"] == nil || task["completedAt"] == nil || task["errorMessage"] != nil || len(task) != 7 {
			t.Errorf("task %d is %v", i, task)
		}
	}
	got, err := s.node.Engine().Content(s.asOwner(), content.ID)
	if err != nil || got.CategoryID != invoice || got.Metadata["title"] != "The seventh invoice" || got.Inference["title"] != ended.text("tasks", 2, "id") || got.Inference["categoryId"] != ended.text("tasks", 1, "id") {
		t.Errorf("the document is %+v, %v", got, err)
	}
	failing := s.imported("", "broken.docx", "PK\x03\x04 is no archive")
	failed := s.followed(s.call(200, "POST", strings.Replace(path, content.ID, failing.ID, 1)+"?workflowId="+workflow, nil).text("id"))
	if failed.text("status") != "failed" || failed.text("errorMessage") == "" || failed.text("tasks", 0, "errorMessage") != failed.text("errorMessage") || failed.text("tasks", 3, "status") != "failed" {
		t.Errorf("failed as %s", failed.body)
	}
}

func TestIngestRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace, second := s.workspace(""), s.workspace("Second")
	content, foreign := s.imported("", "a.txt", "one"), s.imported(second.ID, "b.txt", "two")
	workflow := s.builtIn(workspace.DataspaceID, "Derive images")
	ingest := func(dataspace, content, query string) string {
		return "/api/content/" + dataspace + "/" + content + "/ingest" + query
	}
	for _, query := range []string{"", "?workflowId=", "?workflow=" + workflow, "?workflowId=%00", "?workflowId=" + workflow + "&workflowId=" + workflow} {
		if got := s.call(400, "POST", ingest(workspace.DataspaceID, content.ID, query), nil); got.wrongFields() != "workflowId" {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	for _, id := range strangeIDs() {
		s.call(404, "POST", ingest(workspace.DataspaceID, id, "?workflowId="+workflow), nil)
		s.call(404, "POST", ingest(id, content.ID, "?workflowId="+workflow), nil)
		if id != "%00" && id != "%ff" { // no text: 400
			s.call(404, "POST", ingest(workspace.DataspaceID, content.ID, "?workflowId="+id), nil)
		}
	}
	s.call(404, "POST", ingest(workspace.DataspaceID, foreign.ID, "?workflowId="+workflow), nil)
	s.call(404, "POST", ingest(second.DataspaceID, foreign.ID, "?workflowId="+workflow), nil)
	s.call(404, "POST", ingest(second.DataspaceID, content.ID, "?workflowId="+workflow), nil)
	s.trash(content.ID)
	s.call(404, "POST", ingest(workspace.DataspaceID, content.ID, "?workflowId="+workflow), nil)
}

func TestWorkflowsAskForARole(t *testing.T) {
	t.Parallel()
	s := started(t)
	workspace := s.workspace("")
	all := "/api/workflows/" + workspace.DataspaceID
	content := s.imported("", "a.txt", "one")
	one := all + "/" + s.call(201, "POST", all, map[string]any{"name": "Mine", "tasks": []string{"categorise"}}).text("id")
	ingest := "/api/content/" + workspace.DataspaceID + "/" + content.ID + "/ingest?workflowId=" + s.builtIn(workspace.DataspaceID, "Derive images")
	execution := "/api/workflow-executions/" + s.call(200, "POST", ingest, nil).text("id")
	expect := func(who, token string, read, write int) {
		t.Helper()
		for _, path := range []string{all, one, execution} {
			s.callAs(token, read, "GET", path, nil)
		}
		s.callAs(token, write, "POST", ingest, nil)
		s.callAs(token, write, "POST", all, map[string]any{"name": "Other", "tasks": []string{"categorise"}})
		s.callAs(token, write, "PUT", one, map[string]any{"name": "Mine"})
		s.callAs(token, write, "DELETE", one, nil)
		if t.Failed() {
			t.Log(who)
		}
	}
	expect("viewer", s.person(catalog.RoleViewer), 200, 403)
	expect("stranger", s.person(catalog.RoleNone), 404, 404)
	expect("who may only read", s.token(engine.TokenSpec{Abilities: []string{"content-read"}}), 200, 403)
	expect("who may only write", s.token(engine.TokenSpec{Abilities: []string{"content-write", "content-query"}, WorkspaceID: s.workspace("Third").ID}), 403, 404)
	expect("nobody", "", 401, 401)
	expect("another workspace's token", s.token(engine.TokenSpec{WorkspaceID: s.workspace("Second").ID}), 404, 404)
	s.archive(workspace.ID)
	expect("owner of an archived workspace", s.owner, 200, 409)
}

package contract

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
)

// itemShape is a content of a dataspace, as every operation of the content document answers it.
var itemShape = shape{"contentId": "id", "categoryId": "id?", "dataspaceId": "short", "fileName": "text", "fileFormat": "text", "metadata": "object",
	"inferenceTaskExecutions": "object", "vectorStoreFileId": "text?", "createdAt": "time", "updatedAt": "time"}

// with is a set of fields with more of them.
func (f shape) with(more shape) shape {
	all := shape{}
	for _, part := range []shape{f, more} {
		for name, kind := range part {
			all[name] = kind
		}
	}
	return all
}

// ontology makes a category that has every field of the document's examples. The field that unique names makes the
// version; there may be none.
func (s *server) ontology(dataspace, name, unique string) (categoryID string) {
	s.Helper()
	var list []any
	for key, kind := range map[string]string{"author": "STRING", "category": "SHORT_STRING", "status": "STRING", "version": "NUMBER",
		"Status": "STRING", "Business Type": "STRING", "Licence": "STRING"} {
		list = append(list, map[string]any{"key": key, "type": kind, "required": false, "uniqueIndexElement": key == unique})
	}
	return s.call(201, "POST", "/api/categories/"+dataspace, map[string]any{"name": name, "fields": list}).text("id")
}

// examplePart is a field of a form, or its file when it has a file name.
type examplePart struct{ name, value, file string }

// sendExample sends a form as the owner.
func (s *server) sendExample(want int, path string, parts ...examplePart) reply {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		create := form.CreateFormField
		if p.file != "" {
			create = func(name string) (io.Writer, error) { return form.CreateFormFile(name, p.file) }
		}
		w, err := create(p.name)
		if err == nil {
			_, err = w.Write([]byte(p.value))
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.Fatal(err)
	}
	r := s.request("POST", path, body.Bytes())
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.expect(want, r)
}

// exampleContent makes the document's example of a content and returns it with its category.
func (s *server) exampleContent(dataspace string) (made reply, categoryID string) {
	s.Helper()
	categoryID = s.ontology(dataspace, "Papers", "")
	return s.sendExample(201, "/api/content/"+dataspace+"?validateRequiredMetadata=string", []examplePart{
		{"categoryId", categoryID, ""}, {"metadata[author]", "John Doe", ""}, {"metadata[category]", "research", ""},
		{"fileFormat", "application/pdf", ""}, {"fileName", "document.pdf", ""},
		{"file", "What are the main themes? The main themes discussed in these documents are frost and water.", "themes.txt"},
	}...), categoryID
}

func TestTheDocumentOfContentItems(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	made, category := s.exampleContent(dataspace)
	s.fits("a new content", made.object(), itemShape)
	one := "/api/content/" + dataspace + "/" + made.text("contentId")
	got := s.call(200, "GET", one, nil)
	s.fits("one content", got.object(), itemShape)
	for name, want := range map[string]string{"categoryId": category, "dataspaceId": dataspace, "fileName": "document.pdf", "fileFormat": "application/pdf",
		"metadata": "map[author:John Doe category:research]", "inferenceTaskExecutions": "map[]"} {
		if fmt.Sprint(got.at(name)) != want {
			t.Errorf("%s is %v, want %s", name, got.at(name), want)
		}
	}
	execution := unseenID()
	updated := s.call(200, "PUT", one, map[string]any{"categoryId": category, "metadata": map[string]any{"status": "updated", "version": 2},
		"inferenceTaskExecutions": map[string]any{"categoryId": execution}})
	s.fits("an updated content", updated.object(), itemShape)
	if fmt.Sprint(updated.at("metadata"), updated.at("inferenceTaskExecutions")) !=
		"map[author:John Doe category:research status:updated version:2] map[categoryId:"+execution+"]" {
		t.Errorf("updated %s", updated.body)
	}
	file := s.call(200, "GET", one+"/download", nil)
	if !strings.HasPrefix(string(file.body), "What are the main themes?") || !strings.Contains(file.header.Get("Content-Disposition"), "document.pdf") {
		t.Errorf("the download is %v %s", file.header, file.body)
	}
	s.settle()
	if s.call(200, "GET", one, nil).at("vectorStoreFileId") == nil {
		t.Error("an indexed content has no vectorStoreFileId")
	}
	s.call(204, "DELETE", one, nil)
	licences := s.ontology(dataspace, "Licences", "Licence")
	failed := shape{"code": "text", "message": "text", "details": "list"}
	for what, r := range map[string]reply{
		"deleted":               s.call(404, "GET", one, nil),
		"no token":              s.callAs("", 401, "GET", one, nil),
		"an unknown dataspace":  s.call(404, "GET", "/api/content/sds-00000000/"+unseenID(), nil),
		"an unbound metadata":   s.sendExample(400, "/api/content/"+dataspace, examplePart{"categoryId", category, ""}, examplePart{"metadata[colour]", "red", ""}, examplePart{"file", "x", "x.txt"}),
		"a missing unique part": s.sendExample(400, "/api/content/"+dataspace, examplePart{"categoryId", licences, ""}, examplePart{"file", "x", "x.txt"}),
		"a missing file":        s.sendExample(400, "/api/content/"+dataspace, examplePart{"categoryId", category, ""}),
	} {
		s.fits(what, r.object(), shape{"error": "object"})
		s.fits(what, r.at("error"), failed)
	}
}

func TestTheDocumentOfCounting(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	_, category := s.exampleContent(dataspace)
	s.imported("", "no-category.txt", "x")
	day := func(t time.Time) string { return url.QueryEscape(t.UTC().Format(time.RFC3339)) }
	now := time.Now()
	for query, want := range map[string]float64{
		"":                               2,
		"?categoryId=" + category:        1,
		"?fileFormat=application/pdf":    1,
		"?dateFrom=2024-01-01T00:00:00Z": 2,
		"?categoryId=" + category + "&fileFormat=application%2Fpdf":                                                                   1,
		"?categoryId=" + category + "&fileFormat=application%2Fpdf&dateFrom=2024-01-01T00%3A00%3A00Z&dateTo=2024-12-31T23%3A59%3A59Z": 0,
		"?dateFrom=" + day(now.Add(-time.Hour)) + "&dateTo=" + day(now.Add(time.Hour)):                                                2,
	} {
		got := s.call(200, "GET", "/api/content/"+dataspace+"/count"+query, nil)
		s.fits("the count", got.object(), shape{"count": "number"})
		if got.at("count") != want {
			t.Errorf("%s: %s, want %v", query, got.body, want)
		}
	}
}

func TestTheDocumentOfFetching(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	category := s.ontology(dataspace, "License", "Licence")
	ids := map[string]string{}
	for _, name := range []string{"license_v1.pdf", "license_v2.pdf", "annual report 2024.pdf"} {
		licence := map[bool]string{true: "7", false: "8"}[strings.HasPrefix(name, "license")]
		made := s.sendExample(201, "/api/content/"+dataspace, examplePart{"categoryId", category, ""}, examplePart{"metadata[Status]", "Active", ""},
			examplePart{"metadata[Business Type]", "Restaurant", ""}, examplePart{"metadata[Licence]", licence, ""}, examplePart{"fileFormat", "application/pdf", ""},
			examplePart{"fileName", name, ""}, examplePart{"file", name, "x.bin"})
		ids[name] = made.text("contentId")
	}
	fetch := "/api/content/" + dataspace + "/fetch"
	page := shape{"contentItems": "list", "nextCursor": "id?", "totalItems": "number"}

	grouped := s.call(200, "POST", fetch, map[string]any{"query": "license_v", "groupByVersion": true, "disabledLogging": false, "filters": map[string]any{
		"fileFormat": map[string]any{"in": []string{"application/pdf"}}, "createdAt": map[string]any{"gte": "2025-01-01T00:00:00Z"},
		"metadata": map[string]any{"Status": map[string]any{"ne": "Archived"}, "Business Type": map[string]any{"in": []string{"Restaurant", "Retail"}}}}})
	s.fits("a grouped page", grouped.object(), page)
	if grouped.at("totalItems") != 1.0 || grouped.at("contentItems", 0, "fileName") != "license_v2.pdf" {
		t.Fatalf("grouped: %s", grouped.body)
	}
	s.fits("a grouped item", grouped.at("contentItems", 0), itemShape.with(shape{"relatedVersions": "list"}))
	s.fits("its related version", grouped.at("contentItems", 0, "relatedVersions", 0), shape{"id": "id", "filename": "text", "created_at": "time"})
	if grouped.at("contentItems", 0, "relatedVersions", 0, "id") != ids["license_v1.pdf"] {
		t.Errorf("its related version: %s", grouped.body)
	}

	first := s.call(200, "POST", fetch+"?pageSize=1", map[string]any{})
	s.fits("the first page", first.object(), page)
	s.fits("an item", first.at("contentItems", 0), itemShape.with(shape{"relatedVersions": "null"}))
	if first.at("totalItems") != 3.0 || first.at("nextCursor") != first.at("contentItems", 0, "contentId") {
		t.Errorf("the first page: %s", first.body)
	}
	chosen := s.call(200, "POST", fetch+"?cursor="+first.text("nextCursor")+"&pageSize=20&fields=contentId%2CcategoryId%2CfileName", map[string]any{
		"query": "license", "groupByVersion": false, "filters": map[string]any{"contentId": ids["license_v1.pdf"], "categoryId": category, "fileName": "license_v1.pdf",
			"fileFormat": "application/pdf", "createdAt": time.Now().UTC().Format(time.DateOnly), "updatedAt": time.Now().UTC().Format(time.DateOnly),
			"metadata": map[string]any{"Status": "Active", "Business Type": "Restaurant"}}})
	s.fits("a page of chosen fields", chosen.object(), page)
	s.fits("an item of chosen fields", chosen.at("contentItems", 0), shape{"contentId": "id", "categoryId": "id?", "fileName": "text"})
}

func TestTheDocumentOfIngesting(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	content := s.imported("", "a.txt", "An application.")
	s.settle()
	workflow := s.call(200, "GET", "/api/workflows/"+dataspace, nil).text("workflows", 0, "id")
	path := "/api/content/" + dataspace + "/" + content.ID + "/ingest"
	execution := shape{"id": "id", "workflowId": "id", "contentId": "id", "primaryScopeObjectId": "id", "dataspaceId": "short", "primaryScopeDataspaceId": "short",
		"status": "text", "startedAt": "time", "completedAt": "time?", "errorMessage": "text?"}
	started := s.call(200, "POST", path+"?workflowId="+workflow, nil)
	s.fits("an execution", started.object(), execution, "agentId")
	if started.at("contentId") != content.ID || started.at("primaryScopeObjectId") != content.ID || started.at("primaryScopeDataspaceId") != dataspace || started.at("workflowId") != workflow {
		t.Errorf("the execution: %s", started.body)
	}
	s.settle()
	followed := s.call(200, "GET", "/api/workflow-executions/"+started.text("id"), nil)
	s.fits("the execution, followed", followed.object(), execution, "agentId", "tasks")
	s.call(400, "POST", path, nil)
	s.call(404, "POST", path+"?workflowId="+unseenID(), nil)
}

func TestTheDocumentOfQuerying(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	content := s.imported("", "themes.txt", "What are the main themes? The main themes discussed in these documents are frost and water.")
	s.settle()
	agent := s.call(201, "POST", "/api/agents", map[string]any{"name": "Reader", "instructions": "Read."}).text("id")
	library := s.call(201, "POST", "/api/libraries", map[string]any{"name": "Law", "urls": []string{}}).text("id")
	today := time.Now().UTC().Format(time.DateOnly)
	filters := map[string]any{"contentId": content.ID, "fileName": "themes.txt", "fileFormat": "text/plain", "createdAt": today, "updatedAt": today,
		"metadata": map[string]any{"property1": map[string]any{"exists": false}, "property2": map[string]any{"ne": "example-value"}}}
	got := s.call(200, "POST", queryPath(w), map[string]any{"query": "What are the main themes discussed in these documents?", "agentId": agent,
		"context": map[string]any{"contentFilters": filters, "libraries": []string{library}, "includeWebSearchResults": false}})
	s.fits("the answer", got.object(), shape{"query": "text", "response": "text", "analyzedDocumentCount": "number", "citedContent": "list",
		"webSearchResults": "list", "citedLibraryPages": "list", "warnings": "list"})
	if got.at("analyzedDocumentCount") != 1.0 {
		t.Errorf("the answer: %s", got.body)
	}
	s.fits("what is cited", got.at("citedContent", 0), itemShape.with(shape{"versionString": "text?", "fileUrl": "link", "taskExecutions": "list",
		"relatedVersions": "list?", "citation": "object"}))
	s.fits("its place", got.at("citedContent", 0, "citation"), shape{"number": "number", "page": "number", "start": "number", "end": "number", "quote": "text"})
	s.proved(got)
}

func TestTheDocumentOfProjects(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	project := s.call(201, "POST", "/api/projects/"+dataspace, map[string]any{"name": "Loan 7"}).text("id")
	content, elsewhere := s.imported("", "a.txt", "a"), s.imported(s.workspace("Other").ID, "b.txt", "b")
	all := "/api/projects/" + dataspace + "/" + project + "/content"
	s.call(204, "PUT", all+"/"+content.ID, nil)
	s.call(204, "PUT", all+"/"+content.ID, nil)
	s.call(404, "PUT", all+"/"+elsewhere.ID, nil)
	got := s.call(200, "GET", all, nil)
	s.fits("the contents", got.object(), shape{"contentIds": "list"})
	if fmt.Sprint(got.at("contentIds")) != "["+content.ID+"]" {
		t.Errorf("the contents: %s", got.body)
	}
	s.call(204, "DELETE", all+"/"+content.ID, nil)
	if got := s.call(200, "GET", all, nil); len(got.at("contentIds").([]any)) != 0 {
		t.Errorf("after removing it: %s", got.body)
	}
	s.callAs(s.token(engine.TokenSpec{Abilities: []string{"content-read"}}), 403, "PUT", all+"/"+content.ID, nil)
}

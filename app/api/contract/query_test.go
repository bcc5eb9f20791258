package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// queryPath is where questions to a workspace go.
func queryPath(w catalog.Workspace) string { return "/api/content/" + w.DataspaceID + "/query" }

// society imports the papers of an allotment society: ASCII, astral characters before what is quoted, and Chinese.
func (s *server) society() {
	s.Helper()
	for name, text := range map[string]string{
		"lease.txt": "The lease of the orchard was signed in 2019.\n\nThe lease of the orchard ends on 31 March 2027.\n\nRent is paid to the parish.",
		"harvest.md": "# 🌾🌾 Harvest 𝒳𝒴\n\nThe 🍎 harvest of 2025 weighed 412 kilograms in total.\n\n" +
			"Most of the 🍐 pears were lost to the late frost on 3 May 2025.",
		"water.txt": "花园的浇水时间是每天早上六点到八点。\n\n𠮷田先生负责花园的水泵维修工作。\n",
		"plots.csv": "plot,tenant\n1,Ada\n2,Bela\n",
	} {
		s.imported("", name, text)
	}
	s.settle()
}

// stored is the stored text of a page, fetched from the desk, as code points.
func (s *server) stored(contentID any, page any) []rune {
	s.Helper()
	return []rune(s.call(200, "GET", fmt.Sprintf("/api/desk/contents/%v/pages/%v", contentID, page), nil).text("text"))
}

// proved checks that every citation of an answer quotes the stored text where it says, and returns how many there are.
func (s *server) proved(r reply) int {
	s.Helper()
	cited := r.at("citedContent").([]any)
	for i := range cited {
		citation := r.at("citedContent", i, "citation").(map[string]any)
		if citation["number"] != float64(i) || !strings.Contains(r.text("response"), "【"+strconv.Itoa(i)+"】") {
			s.Errorf("citation %d is %v in %s", i, citation, r.text("response"))
		}
		text, start, end := s.stored(r.at("citedContent", i, "contentId"), citation["page"]), int(citation["start"].(float64)), int(citation["end"].(float64))
		if start < 0 || end > len(text) || start >= end || string(text[start:end]) != citation["quote"] {
			s.Errorf("citation %v is not what the page says", citation)
		}
	}
	return len(cited)
}

func TestAnswersCiteWhatIsStored(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	path := queryPath(s.workspace(""))
	for _, test := range []struct{ query, file, says string }{
		{"When does the lease of the orchard end?", "lease.txt", "31 March 2027"},
		{"How much did the harvest of 2025 weigh in total?", "harvest.md", "412 kilograms"},
		{"What was lost to the late frost on 3 May 2025?", "harvest.md", "🍐 pears"},
		{"花园的浇水时间是什么时候？", "water.txt", "早上六点"},
		{"谁负责花园的水泵维修工作？", "water.txt", "𠮷田先生"},
	} {
		r := s.call(200, "POST", path, map[string]any{"query": test.query})
		if n := s.proved(r); n == 0 || r.at("citedContent", 0, "fileName") != test.file || !strings.Contains(r.text("response"), test.says) {
			t.Errorf("%s: %s", test.query, r.body)
		}
		if r.at("query") != test.query || r.at("analyzedDocumentCount") != 4.0 {
			t.Errorf("%s: %s", test.query, r.body)
		}
	}
	ask := func() string {
		r := s.call(200, "POST", path, map[string]any{"query": "When does the lease of the orchard end?"})
		return fmt.Sprint(r.at("response"), r.at("citedContent", 0, "citation"))
	}
	if first, second := ask(), ask(); first != second {
		t.Errorf("the same question has two answers: %s and %s", first, second)
	}
}

func TestTheExampleOfAQuestionWorks(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "meter.txt", "The water meter stands behind the shed.")
	s.settle()
	if r := s.example("queryContent", map[string]string{"dataspaceId": s.workspace("").DataspaceID}); s.proved(r) != 1 {
		t.Errorf("the example is answered with %s", r.body)
	}
}

func TestWhatTheDocumentsDoNotHold(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	path := queryPath(s.workspace(""))
	for _, query := range []string{"Which submarine cable connects Tonga with Fiji?", "xyzzy plugh frobnicate", "谁发明了蒸汽机和电报？"} {
		r := s.call(200, "POST", path, map[string]any{"query": query})
		if len(r.at("citedContent").([]any)) != 0 || r.text("response") == "" || strings.Contains(r.text("response"), "【") || r.at("analyzedDocumentCount") != 4.0 {
			t.Errorf("%s: %s", query, r.body)
		}
	}
	empty := s.call(200, "POST", queryPath(s.workspace("Empty")), map[string]any{"query": "When does the lease of the orchard end?"})
	if len(empty.at("citedContent").([]any)) != 0 || empty.at("analyzedDocumentCount") != 0.0 || empty.text("response") == "" {
		t.Errorf("of no documents: %s", empty.body)
	}
}

func TestACitedContentSaysEverything(t *testing.T) {
	t.Parallel()
	clock := newHourglass()
	s := startedWith(t, config.Config{Now: clock.time})
	s.society()
	w := s.workspace("")
	r := s.call(200, "POST", queryPath(w), map[string]any{"query": "When does the lease of the orchard end?"})
	if names := fieldNames(r.object()); names != "analyzedDocumentCount citedContent citedLibraryPages query response warnings webSearchResults" {
		t.Errorf("the answer has %s", names)
	}
	for _, list := range []string{"webSearchResults", "citedLibraryPages"} {
		if l, ok := r.at(list).([]any); !ok || len(l) != 0 {
			t.Errorf("%s is %v", list, r.at(list))
		}
	}
	item := r.at("citedContent", 0).(map[string]any)
	if names := fieldNames(item); names != "categoryId citation contentId createdAt dataspaceId fileFormat fileName fileUrl "+
		"inferenceTaskExecutions metadata relatedVersions taskExecutions updatedAt vectorStoreFileId versionString" {
		t.Errorf("a cited content has %s", names)
	}
	stamp := clock.time().Format(time.RFC3339)
	for field, want := range map[string]any{
		"categoryId": nil, "dataspaceId": w.DataspaceID, "fileFormat": "text/plain", "fileName": "lease.txt", "versionString": nil, "relatedVersions": nil,
		"createdAt": stamp, "updatedAt": stamp, "vectorStoreFileId": catalog.PublicID("file-", item["contentId"].(string)),
	} {
		if item[field] != want {
			t.Errorf("%s is %v, want %v", field, item[field], want)
		}
	}
	if fmt.Sprint(item["metadata"], item["inferenceTaskExecutions"], item["taskExecutions"]) != "map[] map[] []" {
		t.Errorf("the cited content is %v", item)
	}
	link := item["fileUrl"].(string)
	if got := s.follow("GET", link); got.status != 200 || !strings.HasPrefix(string(got.body), "The lease of the orchard") {
		t.Errorf("%s: %d %s", link, got.status, got.body)
	}
	clock.turn(10*time.Minute - time.Millisecond)
	if got := s.follow("GET", link); got.status != 200 {
		t.Errorf("just before ten minutes: %d", got.status)
	}
	clock.turn(time.Millisecond)
	s.refused("after ten minutes", 410, link)
}

func TestACitedContentKnowsItsVersionsAndItsTasks(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	older := s.imported("", "lease-draft.txt", "A draft.")
	s.settle()
	ask := func() reply {
		t.Helper()
		return s.call(200, "POST", queryPath(s.workspace("")), map[string]any{"query": "When does the lease of the orchard end?"})
	}
	id, execution, done, broken, foreign := ask().text("citedContent", 0, "contentId"), unseenID(), unseenID(), unseenID(), unseenID()
	s.within("UPDATE content SET version_string = 'leases_orchard' WHERE id IN (?, ?)", id, older.ID)
	s.within("UPDATE content SET inference = json_object('categoryId', ?, 'metadata.end', ?, 'stolen', ?) WHERE id = ?", done, broken, foreign, id)
	for i, of := range []string{id, older.ID} {
		s.within(`INSERT INTO execution (id, workflow, workspace, content, agent, started_by, status, started_at)
			SELECT ?, '', workspace, key, '', '', 'completed', 1761933149 FROM content WHERE id = ?`, []string{execution, unseenID()}[i], of)
	}
	const task = `INSERT INTO task_execution (id, execution, ordinal, task, status, started_at, completed_at, outcome, failure)
		SELECT ?, x.key, ?, ?, ?, 1761933149, 1761933150, ?, ? FROM execution x JOIN content c ON c.key = x.content WHERE c.id = ?`
	s.within(task, done, 0, "categorise", "completed", "It is a lease.", nil, id)
	s.within(task, broken, 1, "extract_metadata", "failed", "", "It broke.", id)
	s.within(task, foreign, 0, "categorise", "completed", "", nil, older.ID)

	r := ask()
	if r.at("citedContent", 0, "versionString") != "leases_orchard" {
		t.Errorf("its version string: %s", r.body)
	}
	related := []any{map[string]any{"id": older.ID, "filename": "lease-draft.txt", "created_at": older.CreatedAt.Format(time.RFC3339)}}
	if got := r.at("citedContent", 0, "relatedVersions"); fmt.Sprint(got) != fmt.Sprint(related) {
		t.Errorf("related versions are %v, want %v", got, related)
	}
	tasks := []any{
		map[string]any{"id": done, "workflowExecutionId": execution, "task": "categorise", "status": "completed", "startedAt": "2025-10-31T17:52:29Z",
			"completedAt": "2025-10-31T17:52:30Z", "outcome": "It is a lease.", "errorMessage": nil},
		map[string]any{"id": broken, "workflowExecutionId": execution, "task": "extract_metadata", "status": "failed", "startedAt": "2025-10-31T17:52:29Z",
			"completedAt": "2025-10-31T17:52:30Z", "outcome": nil, "errorMessage": "It broke."},
	}
	if got := r.at("citedContent", 0, "taskExecutions"); fmt.Sprint(got) != fmt.Sprint(tasks) {
		t.Errorf("tasks are\n%v, want\n%v", got, tasks)
	}
	s.trash(older.ID)
	if got := ask().at("citedContent", 0, "relatedVersions"); fmt.Sprint(got) != "[]" {
		t.Errorf("without the other version: %v", got)
	}
}

// fieldNames are the names of an object's members, sorted.
func fieldNames(object map[string]any) string {
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestFiltersDecideWhatIsAnalyzed(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	path := queryPath(s.workspace(""))
	const query = "When does the lease of the orchard end?"
	contains := func(text string) map[string]any {
		return map[string]any{"fileName": map[string]any{"contains": text}}
	}
	for what, test := range map[string]struct {
		context, beside any
		admitted        float64
		answered        bool
	}{
		"none":             {nil, nil, 4, true},
		"empty":            {map[string]any{}, map[string]any{}, 4, true},
		"in the context":   {contains("lease"), nil, 1, true},
		"beside":           {nil, contains("LEASE"), 1, true},
		"both, agreeing":   {contains("e"), contains("se"), 1, true},
		"both, apart":      {contains("lease"), contains("water"), 0, false},
		"without the file": {map[string]any{"fileName": map[string]any{"ne": "lease.txt"}}, nil, 3, false},
		"a bare value":     {map[string]any{"fileName": "lease.txt"}, nil, 1, true},
		"of the format":    {nil, map[string]any{"fileFormat": map[string]any{"in": []string{"text/plain", "text/csv"}}}, 3, true},
		"of the metadata":  {map[string]any{"metadata": map[string]any{"status": map[string]any{"exists": false}}}, nil, 4, true},
		"the document's own": {map[string]any{"contentId": "example-value", "categoryId": "example-value", "fileName": "example-value", "fileFormat": "example-value",
			"metadata": map[string]any{"property1": "example-value", "property2": "example-value"}}, nil, 0, false},
	} {
		r := s.call(200, "POST", path, map[string]any{"query": query, "context": map[string]any{"contentFilters": test.context}, "filters": test.beside})
		if r.at("analyzedDocumentCount") != test.admitted || (s.proved(r) > 0) != test.answered {
			t.Errorf("%s: %s", what, r.body)
		}
		for i := range r.at("citedContent").([]any) {
			if r.at("citedContent", i, "fileName") != "lease.txt" && test.admitted == 1 {
				t.Errorf("%s: cited %v", what, r.at("citedContent", i, "fileName"))
			}
		}
	}
}

func TestAgentsAndLibrariesOfAQuestion(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	path := queryPath(s.workspace(""))
	own := s.call(201, "POST", "/api/agents", map[string]any{"name": "Clerk", "instructions": "Be brief."}).text("id")
	builtIn := s.call(200, "GET", "/api/agents", nil).text("agents", 0, "id")
	library := s.call(201, "POST", "/api/libraries", map[string]any{"name": "Law", "urls": []string{"https://example.org/"}}).text("id")
	const query = "When does the lease of the orchard end?"
	ask := func(more ...any) reply {
		t.Helper()
		r := s.call(200, "POST", path, object(map[string]any{"query": query}, more...))
		if s.proved(r) == 0 {
			t.Errorf("with %v: %s", more, r.body)
		}
		return r
	}
	plain := ask()
	for _, agent := range []any{nil, own, builtIn} {
		if got := ask("agentId", agent); got.text("response") != plain.text("response") {
			t.Errorf("under agent %v: %s", agent, got.body)
		}
	}
	base := len(plain.at("warnings").([]any)) // without a model there is one
	for _, test := range []struct {
		context map[string]any
		warns   []string
	}{
		{map[string]any{"libraries": []string{}, "includeWebSearchResults": false}, nil},
		{map[string]any{"includeWebSearchResults": true}, []string{"web search"}},
		{map[string]any{"libraries": []string{library, library}}, []string{"pages"}},
		{map[string]any{"libraries": []string{library}, "includeWebSearchResults": true}, []string{"web search", "pages"}},
		{map[string]any{"libraries": nil, "includeWebSearchResults": nil, "contentFilters": nil}, nil},
	} {
		r := ask("context", test.context, "disabledLogging", true)
		said := r.at("warnings").([]any)[base:]
		if len(said) != len(test.warns) || len(r.at("webSearchResults").([]any)) != 0 || len(r.at("citedLibraryPages").([]any)) != 0 {
			t.Errorf("%v: %s", test.context, r.body)
			continue
		}
		for i, word := range test.warns {
			if !strings.Contains(said[i].(string), word) {
				t.Errorf("%v warns %q", test.context, said)
			}
		}
	}
	s.call(204, "DELETE", "/api/agents/"+own, nil)
	if got := s.call(400, "POST", path, map[string]any{"query": query, "agentId": own}); got.wrongFields() != "agentId" {
		t.Errorf("under an agent that is gone: %s", got.body)
	}
}

func TestWrongQuestions(t *testing.T) {
	t.Parallel()
	s := started(t)
	path := queryPath(s.workspace(""))
	valid := map[string]any{"query": "When does the lease end?"}
	in := func(more ...any) map[string]any { return object(valid, "context", object(map[string]any{}, more...)) }
	var many []string
	for range 101 {
		many = append(many, unseenID())
	}
	for _, test := range []struct {
		body   any
		fields string
	}{
		{map[string]any{}, "query"},
		{object(valid, "query", nil), "query"},
		{object(valid, "query", ""), "query"},
		{object(valid, "query", " \t\n "), "query"},
		{object(valid, "query", "?!"), "query"},
		{object(valid, "query", "-lease"), "query"},
		{object(valid, "query", "a\x00b"), "query"},
		{object(valid, "query", strings.Repeat("界", 10_001)), "query"},
		{object(valid, "query", 7), "query"},
		{object(valid, "query", []string{"a"}), "query"},
		{[]byte("{\"query\": \"\xff\xfe\"}"), "query"},
		{object(valid, "agentId", unseenID()), "agentId"},
		{object(valid, "agentId", ""), "agentId"},
		{object(valid, "agentId", "Research Assistant Agent"), "agentId"},
		{object(valid, "agentId", 7), "agentId"},
		{object(valid, "context", "all"), "context"},
		{object(valid, "context", []string{}), "context"},
		{in("libraries", unseenID()), "context.libraries"},
		{in("libraries", []string{unseenID(), "x"}), "context.libraries"},
		{in("libraries", []any{7}), "context.libraries"},
		{in("libraries", many), "context.libraries"},
		{in("includeWebSearchResults", "yes"), "context.includeWebSearchResults"},
		{in("contentFilters", "all"), "context.contentFilters"},
		{in("contentFilters", []string{}), "context.contentFilters"},
		{in("contentFilters", map[string]any{"size": 7}), "context.contentFilters.size"},
		{in("contentFilters", map[string]any{"fileName": map[string]any{"like": "x"}}), "context.contentFilters.fileName"},
		{in("contentFilters", map[string]any{"metadata": 7}), "context.contentFilters.metadata"},
		{in("contentFilters", map[string]any{"metadata": map[string]any{"a": map[string]any{"between": []int{1}}}}), "context.contentFilters.metadata.a"},
		{in("contentFilters", map[string]any{"createdAt": "example-value"}), "context.contentFilters.createdAt"},
		{object(valid, "filters", "all"), "filters"},
		{object(valid, "filters", map[string]any{"createdAt": "soon", "sha256": "x"}), "filters.createdAt filters.sha256"},
		{object(valid, "disabledLogging", "yes"), "disabledLogging"},
		{object(map[string]any{"query": " ", "agentId": "x"}, "filters", map[string]any{"a": 1}, "context", map[string]any{"libraries": []string{"x"}, "contentFilters": map[string]any{"b": 1}}),
			"agentId context.contentFilters.b context.libraries filters.a query"},
	} {
		got := s.call(400, "POST", path, test.body)
		if got.wrongFields() != test.fields {
			t.Errorf("%v names %s, want %s", test.body, got.wrongFields(), test.fields)
		}
		if got.text("error", "code") != "invalid" || got.text("error", "message") == "" {
			t.Errorf("%v: %s", test.body, got.body)
		}
	}
	for what, body := range wrongBodies() {
		if got := s.call(400, "POST", path, body); got.text("error", "message") == "" {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	s.call(200, "POST", path, object(valid, "query", strings.Repeat("界", 10_000), "unknown", 7))
	if got := s.send(s.request("POST", path, []byte(`{"query": "`+strings.Repeat("a", 2<<20)+`"}`))); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 2 MiB: %d", got.status)
	}
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.society()
	w, other := s.workspace(""), s.workspace("Other")
	body := map[string]any{"query": "When does the lease of the orchard end?"}
	for _, role := range catalog.Roles {
		if r := s.callAs(s.person(role, "content-query"), 200, "POST", queryPath(w), body); s.proved(r) == 0 {
			t.Errorf("%s: %s", role, r.body)
		}
	}
	for what, test := range map[string]struct {
		token  string
		path   string
		status int
	}{
		"nobody":                        {"", queryPath(w), 401},
		"an unknown token":              {"shf_unknown", queryPath(w), 401},
		"without the ability":           {s.token(engine.TokenSpec{Abilities: []string{"content-read", "content-write", "datasets-read"}}), queryPath(w), 403},
		"who is no member":              {s.person(catalog.RoleNone, "*"), queryPath(w), 404},
		"a token of another workspace":  {s.token(engine.TokenSpec{WorkspaceID: other.ID}), queryPath(w), 404},
		"a token of this workspace":     {s.token(engine.TokenSpec{WorkspaceID: w.ID}), queryPath(w), 200},
		"an unknown dataspace":          {s.owner, "/api/content/sds-00000000/query", 404},
		"the id in place of the short":  {s.owner, "/api/content/" + w.ID + "/query", 404},
		"the short id in capitals":      {s.owner, "/api/content/" + strings.ToUpper(w.DataspaceID) + "/query", 404},
		"with a slash at the end":       {s.owner, queryPath(w) + "/", 200},
		"a dataspace that is no text":   {s.owner, "/api/content/%ff%00/query", 404},
		"a dataspace of another tenant": {s.person(catalog.RoleViewer, "*"), queryPath(other), 404},
	} {
		if r := s.callAs(test.token, test.status, "POST", test.path, body); test.status >= 400 && r.text("error", "code") == "" {
			t.Errorf("%s: %s", what, r.body)
		}
	}
	keyed := s.request("POST", queryPath(w), body)
	keyed.Header.Del("Authorization")
	keyed.Header.Set("x-api-key", s.owner)
	s.expect(200, keyed)
	theirs := s.callAs(s.owner, 201, "POST", "/api/agents", map[string]any{"name": "Mine", "instructions": "x"}).text("id")
	stranger := s.callAs(s.person(catalog.RoleOwner, "*"), 400, "POST", queryPath(w), object(body, "agentId", theirs))
	if stranger.wrongFields() != "agentId" {
		t.Errorf("under somebody else's agent: %s", stranger.body)
	}
	s.archive(w.ID)
	if r := s.call(200, "POST", queryPath(w), body); s.proved(r) == 0 {
		t.Errorf("archived: %s", r.body)
	}
}

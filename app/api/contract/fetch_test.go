package contract

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// shelf is a dataspace with three licences, two of them versions of one, and a note without a category.
type shelf struct {
	*server
	path     string // of its items
	category string
	ids      map[string]string // by file name
}

func filledShelf(t *testing.T) *shelf {
	s := &shelf{server: started(t), ids: map[string]string{}}
	w := s.workspace("")
	s.path = "/api/content/" + w.DataspaceID
	s.category = s.call(201, "POST", "/api/categories/"+w.DataspaceID, map[string]any{"name": "Licence", "fields": []map[string]any{
		{"key": "Holder", "type": "STRING", "uniqueIndexElement": true}, {"key": "Business Type", "type": "STRING"}, {"key": "Year", "type": "NUMBER"}, {"key": "Open", "type": "BOOLEAN"}}}).text("id")
	for _, l := range []struct{ name, metadata string }{
		{"v1.pdf", `{"Holder": "Ada", "Business Type": "Retail", "Year": 2023, "Open": true}`},
		{"v2.pdf", `{"Holder": "ADA", "Business Type": "Restaurant", "Year": 2024, "Open": false}`},
		{"annual report.pdf", `{"Holder": "Bob", "Year": 2024}`},
	} {
		s.ids[l.name] = s.uploaded(201, s.path, formPart{name: "categoryId", value: s.category}, formPart{name: "metadata", value: l.metadata},
			formPart{name: "fileFormat", value: "application/pdf"}, formPart{"file", l.name, l.name, ""}).text("contentId")
	}
	s.ids["Note.txt"] = s.imported("", "Note.txt", "annual report of the licence").ID
	s.settle()
	return s
}

// fetch asks with a query of the address and a body.
func (s *shelf) fetch(want int, query string, body any) reply {
	s.Helper()
	return s.call(want, "POST", s.path+"/fetch"+query, body)
}

// names are the file names on a page.
func names(r reply) string {
	r.t.Helper()
	var list []string
	for i := range r.at("contentItems").([]any) {
		list = append(list, r.text("contentItems", i, "fileName"))
	}
	return strings.Join(list, ", ")
}

func TestFetchedItems(t *testing.T) {
	t.Parallel()
	s := filledShelf(t)
	const everything = "Note.txt, annual report.pdf, v2.pdf, v1.pdf"
	for _, body := range []any{nil, map[string]any{}, map[string]any{"query": nil, "filters": nil, "groupByVersion": nil, "disabledLogging": nil},
		map[string]any{"query": " ", "filters": map[string]any{}, "groupByVersion": false, "disabledLogging": true, "colour": 1},
		map[string]any{"filters": map[string]any{"metadata": map[string]any{}}}, map[string]any{"filters": map[string]any{"metadata": nil}}} {
		got := s.fetch(200, "/", body)
		has(t, got.object(), "contentItems", "nextCursor", "totalItems")
		if names(got) != everything || got.at("nextCursor") != nil || got.at("totalItems") != 4.0 {
			t.Errorf("%v: %s", body, got.body)
		}
	}
	all := s.fetch(200, "", nil)
	for i := range 4 {
		has(t, all.at("contentItems", i), "contentId", "categoryId", "dataspaceId", "fileName", "fileFormat", "metadata", "inferenceTaskExecutions", "vectorStoreFileId", "createdAt", "updatedAt", "relatedVersions")
		if all.at("contentItems", i, "relatedVersions") != nil {
			t.Errorf("not grouped: %s", all.body)
		}
		one := s.call(200, "GET", s.path+"/"+all.text("contentItems", i, "contentId"), nil).object()
		fetched := all.at("contentItems", i).(map[string]any)
		delete(fetched, "relatedVersions")
		if fmt.Sprint(one) != fmt.Sprint(fetched) {
			t.Errorf("fetched %v, read %v", fetched, one)
		}
	}
	today := time.Now().UTC().Format(time.DateOnly)
	created := all.text("contentItems", 3, "createdAt")
	for filter, want := range map[string]string{
		`{"contentId": "` + s.ids["v1.pdf"] + `"}`:                                                                "v1.pdf",
		`{"contentId": {"in": ["` + s.ids["v1.pdf"] + `", "` + s.ids["v2.pdf"] + `"]}}`:                           "v2.pdf, v1.pdf",
		`{"categoryId": "` + s.category + `"}`:                                                                    "annual report.pdf, v2.pdf, v1.pdf",
		`{"categoryId": {"exists": false}}`:                                                                       "Note.txt",
		`{"categoryId": {"ne": "` + s.category + `"}}`:                                                            "Note.txt",
		`{"fileName": "Note.txt"}`:                                                                                "Note.txt",
		`{"fileName": {"eq": "note.txt"}}`:                                                                        "",
		`{"fileName": {"startsWith": "NOTE"}}`:                                                                    "Note.txt",
		`{"fileName": {"contains": "report", "endsWith": ".PDF"}}`:                                                "annual report.pdf",
		`{"fileFormat": {"in": ["application/pdf"]}, "metadata": {"Year": 2024}}`:                                 "annual report.pdf, v2.pdf",
		`{"fileFormat": {"nin": ["application/pdf"]}}`:                                                            "Note.txt",
		`{"createdAt": "` + today + `", "updatedAt": {"lte": "` + today + `"}}`:                                   everything,
		`{"createdAt": {"gt": "` + today + `"}}`:                                                                  "",
		`{"createdAt": {"gte": "2025-01-01T00:00:00Z"}}`:                                                          everything,
		`{"createdAt": {"between": ["` + created + `", "` + today + `"]}}`:                                        everything,
		`{"createdAt": {"lt": "` + created + `"}}`:                                                                "",
		`{"metadata": {"Business Type": {"in": ["Restaurant", "Retail"]}, "Year": {"gte": 2024}}}`:                "v2.pdf",
		`{"metadata.Business Type": {"ne": "Retail"}}`:                                                            "Note.txt, annual report.pdf, v2.pdf",
		`{"metadata.Business Type": {"nin": ["Retail", "Restaurant"]}, "metadata": {"Holder": {"exists": true}}}`: "annual report.pdf",
		`{"metadata": {"Year": {"between": [2023, 2023.5]}}}`:                                                     "v1.pdf",
		`{"metadata": {"Year": {"gt": 2023, "lt": 2024}}}`:                                                        "",
		`{"metadata": {"Year": "2024"}}`:                                                                          "",
		`{"metadata": {"Open": false}}`:                                                                           "v2.pdf",
		`{"metadata": {"Open": {"in": [true, 1]}}}`:                                                               "v1.pdf",
		`{"metadata": {"Holder": {"contains": "da"}}}`:                                                            "v2.pdf, v1.pdf",
		`{"metadata": {"Holder": "Ada"}}`:                                                                         "v1.pdf",
		`{"metadata": {"Missing": {"exists": false}}}`:                                                            everything,
		`{"metadata": {"Missing": null}}`:                                                                         "",
		`{"metadata": {"Missing": {"ne": null}}}`:                                                                 everything,
		`{"fileFormat": {"in": ["application/pdf"]}, "createdAt": {"gte": "2025-01-01T00:00:00Z"}, "metadata": {"Open": {"ne": true}, "Business Type": {"in": ["Restaurant", "Retail"]}}}`: "v2.pdf",
	} {
		got := s.fetch(200, "", []byte(`{"filters": `+filter+`}`))
		if names(got) != want || int(got.at("totalItems").(float64)) != len(got.at("contentItems").([]any)) {
			t.Errorf("%s: %s of %v, want %s", filter, names(got), got.at("totalItems"), want)
		}
	}
	for query, want := range map[string]string{
		"annual report": "annual report.pdf", "REPORT ann": "annual report.pdf", "licence": "annual report.pdf, v2.pdf, v1.pdf", "restaurant": "v2.pdf", "business type": "v2.pdf, v1.pdf",
		"ada 2024": "v2.pdf", "note": "Note.txt", "txt": "Note.txt", "holder": "annual report.pdf, v2.pdf, v1.pdf", "nothing": "", `" * OR`: "", "!?": "",
	} {
		if got := s.fetch(200, "", map[string]any{"query": query}); names(got) != want {
			t.Errorf("%q finds %s, want %s", query, names(got), want)
		}
	}
	if got := s.fetch(200, "", map[string]any{"query": "ada", "filters": map[string]any{"metadata.Year": 2023}}); names(got) != "v1.pdf" {
		t.Errorf("words and a filter: %s", got.body)
	}
}

func TestFetchedFieldsAndPages(t *testing.T) {
	t.Parallel()
	s := filledShelf(t)
	for _, field := range []string{"contentId", "categoryId", "dataspaceId", "fileName", "fileFormat", "metadata", "inferenceTaskExecutions", "vectorStoreFileId", "createdAt", "updatedAt", "relatedVersions"} {
		got := s.fetch(200, "?fields="+field, map[string]any{})
		has(t, got.at("contentItems", 0), field)
	}
	got := s.fetch(200, "?pageSize=1&fields=fileName,+contentId,fileName", map[string]any{"groupByVersion": true})
	has(t, got.at("contentItems", 0), "fileName", "contentId")
	if got := s.fetch(200, "?fields=&cursor=", nil); len(got.at("contentItems", 0).(map[string]any)) != 11 {
		t.Errorf("without fields: %s", got.body)
	}
	var walked []string
	cursor := ""
	for {
		page := s.fetch(200, "?pageSize=1&cursor="+cursor, map[string]any{"filters": map[string]any{"fileFormat": "application/pdf"}})
		if page.at("totalItems") != 3.0 {
			t.Fatalf("a page: %s", page.body)
		}
		walked = append(walked, names(page))
		if page.at("nextCursor") == nil {
			break
		}
		if cursor = page.text("nextCursor"); cursor != page.at("contentItems", 0, "contentId") {
			t.Fatalf("the cursor is %s on %s", cursor, page.body)
		}
	}
	if strings.Join(walked, ", ") != "annual report.pdf, v2.pdf, v1.pdf" {
		t.Errorf("walked %v", walked)
	}
	s.trash(s.ids["v2.pdf"])
	if got := s.fetch(200, "?pageSize=100&cursor="+s.ids["v2.pdf"], nil); names(got) != "v1.pdf" || got.at("totalItems") != 3.0 {
		t.Errorf("behind a deleted item: %s", got.body)
	}
}

func TestFetchedVersions(t *testing.T) {
	t.Parallel()
	s := filledShelf(t)
	got := s.fetch(200, "", map[string]any{"groupByVersion": true})
	if names(got) != "Note.txt, annual report.pdf, v2.pdf" || got.at("totalItems") != 3.0 {
		t.Errorf("grouped: %s", got.body)
	}
	related := got.at("contentItems", 2, "relatedVersions", 0)
	has(t, related, "id", "filename", "created_at")
	if r := related.(map[string]any); r["id"] != s.ids["v1.pdf"] || r["filename"] != "v1.pdf" || len(got.at("contentItems", 2, "relatedVersions").([]any)) != 1 {
		t.Errorf("its versions: %v", related)
	}
	for i := range 2 {
		if alone := got.at("contentItems", i, "relatedVersions"); fmt.Sprint(alone) != "[]" || alone == nil {
			t.Errorf("it stands alone: %v", alone)
		}
	}
	first := s.fetch(200, "?pageSize=2", map[string]any{"groupByVersion": true})
	second := s.fetch(200, "?pageSize=2&cursor="+first.text("nextCursor"), map[string]any{"groupByVersion": true})
	if names(first) != "Note.txt, annual report.pdf" || names(second) != "v2.pdf" || second.at("nextCursor") != nil || second.at("totalItems") != 3.0 {
		t.Errorf("pages of groups: %s then %s", first.body, second.body)
	}
	asked := s.fetch(200, "", map[string]any{"groupByVersion": true, "filters": map[string]any{"contentId": s.ids["v1.pdf"]}})
	if names(asked) != "v1.pdf" || asked.at("contentItems", 0, "relatedVersions", 0, "id") != s.ids["v2.pdf"] || asked.at("totalItems") != 1.0 {
		t.Errorf("the one that is asked for: %s", asked.body)
	}
	matching := s.fetch(200, "", map[string]any{"groupByVersion": true, "filters": map[string]any{"metadata.Year": 2023}})
	if names(matching) != "v1.pdf" || matching.at("contentItems", 0, "relatedVersions", 0, "id") != s.ids["v2.pdf"] {
		t.Errorf("the newest of those that match: %s", matching.body)
	}
	s.call(200, "PUT", s.path+"/"+s.ids["v1.pdf"], map[string]any{"metadata": map[string]any{"Holder": nil}})
	if got := s.fetch(200, "", map[string]any{"groupByVersion": true}); got.at("totalItems") != 4.0 {
		t.Errorf("without its unique value: %s", got.body)
	}
}

func TestFetchesThatAreWrong(t *testing.T) {
	t.Parallel()
	s := filledShelf(t)
	foreign := s.imported(s.workspace("Other").ID, "x.txt", "x").ID
	for what, c := range map[string]struct {
		query string
		body  any
		want  string
	}{
		"no page":           {"?pageSize=0", nil, "pageSize"},
		"large page":        {"?pageSize=101", nil, "pageSize"},
		"page of words":     {"?pageSize=ten&fields=colour", nil, "fields pageSize"},
		"empty page":        {"?pageSize=", nil, "pageSize"},
		"page twice":        {"?pageSize=1&pageSize=1", nil, "pageSize"},
		"unknown cursor":    {"?cursor=" + unseenID(), nil, "cursor"},
		"malformed cursor":  {"?cursor=x", nil, "cursor"},
		"foreign cursor":    {"?cursor=" + foreign, nil, "cursor"},
		"NUL as cursor":     {"?cursor=%00", nil, "cursor"},
		"unknown field":     {"?fields=contentId,colour", nil, "fields"},
		"empty field":       {"?fields=contentId,", nil, "fields"},
		"wrong types":       {"", map[string]any{"query": 1, "groupByVersion": "yes", "disabledLogging": 0}, "disabledLogging groupByVersion query"},
		"long query":        {"", map[string]any{"query": strings.Repeat("a", 10_001)}, "query"},
		"filters as a list": {"", map[string]any{"filters": []any{}}, "filters"},
		"filters as text":   {"", map[string]any{"filters": "x"}, "filters"},
		"unknown fields":    {"", map[string]any{"filters": map[string]any{"colour": 1, "metadata.": 1, "size": map[string]any{"gt": 1}}}, "filters.colour filters.metadata filters.size"},
		"unknown operators": {"", map[string]any{"filters": map[string]any{"fileName": map[string]any{"like": "x"}, "metadata": map[string]any{"a": map[string]any{"$gt": 1}}}}, "filters.fileName filters.metadata.a"},
		"no operator":       {"", map[string]any{"filters": map[string]any{"fileName": map[string]any{}}}, "filters.fileName"},
		"operands": {"", map[string]any{"filters": map[string]any{"createdAt": map[string]any{"gt": "yesterday"}, "fileName": 7, "updatedAt": map[string]any{"between": []any{"2025-01-01"}},
			"categoryId": map[string]any{"in": "x"}, "contentId": map[string]any{"exists": "yes"}, "fileFormat": map[string]any{"contains": nil},
			"metadata": map[string]any{"a": map[string]any{"gt": nil}, "b": map[string]any{"between": []any{1, "2"}}, "c": []any{1}}}},
			"filters.categoryId filters.contentId filters.createdAt filters.fileFormat filters.fileName filters.metadata.a filters.metadata.b filters.metadata.c filters.updatedAt"},
		"impossible date": {"", map[string]any{"filters": map[string]any{"createdAt": "2025-02-30"}}, "filters.createdAt"},
		"metadata":        {"", map[string]any{"filters": map[string]any{"metadata": 3}}, "filters.metadata"},
		"twice":           {"", []byte(`{"filters": {"fileName": "a", "fileName": "b"}}`), "filters.fileName"},
		"NUL":             {"", []byte(`{"query": "\u0000", "filters": {"fileName": "\u0000"}}`), "filters.fileName query"},
		"everything":      {"?pageSize=0&fields=x", map[string]any{"filters": map[string]any{"x": 1}}, "fields filters.x pageSize"},
	} {
		if got := s.fetch(400, c.query, c.body); got.wrongFields() != c.want {
			t.Errorf("%s: %s, want %s", what, got.body, c.want)
		}
	}
	for what, body := range wrongBodies() {
		if got := s.fetch(400, "", body); got.at("error", "code") != "invalid" {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	s.fetch(413, "", []byte(`{"query": "`+strings.Repeat("x", 2<<20)+`"}`))
	for _, dataspace := range []string{"sds-00000000", "x", s.workspace("").ID} {
		s.call(404, "POST", "/api/content/"+dataspace+"/fetch", nil)
		s.call(404, "GET", "/api/content/"+dataspace+"/count", nil)
	}
	s.callAs("", 401, "POST", s.path+"/fetch", nil)
	s.callAs(s.token(engine.TokenSpec{Abilities: []string{"content-write"}}), 403, "POST", s.path+"/fetch", nil)
	s.callAs(s.person(catalog.RoleNone), 404, "POST", s.path+"/fetch", nil)
}

func TestCountedItems(t *testing.T) {
	t.Parallel()
	s := filledShelf(t)
	s.trash(s.imported("", "gone.txt", "x").ID)
	now := time.Now().UTC()
	at := func(t time.Time) string { return url.QueryEscape(t.Format(time.RFC3339)) }
	for query, want := range map[string]string{
		"":                           `{"count":4}`,
		"/?categoryId=" + s.category: `{"count":3}`,
		"?categoryId=" + strings.ToUpper(s.category):              `{"count":3}`,
		"?categoryId=" + unseenID():                               `{"count":0}`,
		"?fileFormat=application/pdf":                             `{"count":3}`,
		"?fileFormat=text%2Fplain&colour=red":                     `{"count":1}`,
		"?fileFormat=pdf":                                         `{"count":0}`,
		"?dateFrom=2024-01-01&dateTo=" + at(now.AddDate(1, 0, 0)): `{"count":4}`,
		"?dateFrom=" + now.Format(time.DateOnly) + "&dateTo=" + now.AddDate(0, 0, 1).Format(time.DateOnly): `{"count":4}`,
		"?dateTo=" + at(now.Add(-time.Hour)):                                                          `{"count":0}`,
		"?dateFrom=2026-01-01&dateTo=2025-01-01":                                                      `{"count":0}`,
		"?dateFrom=2024-01-01T00:00:00.5%2B02:00&fileFormat=application/pdf&categoryId=" + s.category: `{"count":3}`,
	} {
		if got := s.call(200, "GET", s.path+"/count"+query, nil); strings.TrimSpace(string(got.body)) != want {
			t.Errorf("%s: %s, want %s", query, got.body, want)
		}
	}
	for query, want := range map[string]string{
		"?categoryId=x": "categoryId", "?categoryId=": "categoryId", "?categoryId=%00": "categoryId", "?fileFormat=": "fileFormat", "?fileFormat=a&fileFormat=b": "fileFormat",
		"?dateFrom=": "dateFrom", "?dateFrom=2025-02-29": "dateFrom", "?dateFrom=2025-13-01T00:00:00Z&dateTo=yesterday&categoryId=7": "categoryId dateFrom dateTo",
		"?dateTo=2025-01-01T25:00:00Z": "dateTo", "?dateTo=1735689600": "dateTo", "?dateFrom=%zz": "?",
	} {
		if got := s.call(400, "GET", s.path+"/count"+query, nil); got.wrongFields() != want {
			t.Errorf("%s: %s, want %s", query, got.body, want)
		}
	}
	s.callAs("", 401, "GET", s.path+"/count", nil)
	s.callAs(s.token(engine.TokenSpec{Abilities: []string{"content-write"}}), 403, "GET", s.path+"/count", nil)
}

// journal is a log that may be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func TestFetchesThatAreNotLogged(t *testing.T) {
	t.Parallel()
	var log journal
	s := startedLogging(t, config.Config{}, slog.New(slog.NewTextHandler(&log, nil)))
	path := "/api/content/" + s.workspace("").DataspaceID + "/fetch"
	lines := func() int { return strings.Count(log.String(), "/fetch") }
	s.call(200, "POST", path, map[string]any{"disabledLogging": true, "query": "a secret"})
	s.call(200, "POST", path, map[string]any{"query": "a word"})
	s.eventually("the request is logged", func() bool { return lines() > 0 })
	s.call(200, "POST", path+"?pageSize=1", map[string]any{"disabledLogging": true})
	s.call(200, "POST", path, nil)
	s.eventually("the next request is logged", func() bool { return lines() > 1 })
	if n := lines(); n != 2 || strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "a word") {
		t.Errorf("%d of two requests are logged:\n%s", n, log.String())
	}
}

package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hourglass is a clock that a test turns.
type hourglass struct {
	mu  sync.Mutex
	now time.Time
}

func newHourglass() *hourglass {
	return &hourglass{now: time.Date(2025, 10, 31, 17, 52, 29, 0, time.UTC)}
}

func (h *hourglass) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hourglass) turn(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// datasets is a list of datasets as the owner gets it.
func (s *server) datasets(query string) []map[string]any {
	s.Helper()
	list := []map[string]any{}
	for _, dataset := range s.call(200, "GET", "/v1/datasets"+query, nil).at("data").([]any) {
		list = append(list, dataset.(map[string]any))
	}
	return list
}

func fileNames(list []map[string]any) (names []string) {
	for _, dataset := range list {
		names = append(names, fmt.Sprint(dataset["fileName"]))
	}
	return names
}

func TestADatasetSaysWhatItIs(t *testing.T) {
	t.Parallel()
	clock := newHourglass()
	s := startedWith(t, config.Config{Now: clock.time})
	id := s.imported("", "my_document.csv", "plot,tenant\n1,Ada\n").ID
	s.settle()
	r := s.call(200, "GET", "/v1/datasets", nil)
	if r.at("success") != true || r.at("total") != 1.0 {
		t.Errorf("%s", r.body)
	}
	workspace, err := s.node.Engine().ResolveWorkspace(s.asOwner(), "")
	if err != nil {
		t.Fatal(err)
	}
	now := float64(clock.time().UnixMilli())
	got := s.datasets("")[0]
	share := got["share"].(map[string]any)
	delete(got, "share")
	want := map[string]any{
		"id": catalog.PublicID("ds_", id), "workspaceId": catalog.PublicID("wks_", workspace.ID), "type": "doc", "fileName": "my_document",
		"fileExt": "csv", "fileSize": 18.0, "itemCount": 1.0, "mimeType": "text/csv", "createdAt": now, "updatedAt": now, "expiresAt": nil,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the dataset is\n%v, want\n%v", got, want)
	}
	if share["expiresAt"] != now+600_000 {
		t.Errorf("the link expires at %v", share["expiresAt"])
	}
	if again := s.datasets(""); again[0]["id"] != want["id"] || again[0]["share"].(map[string]any)["token"] == share["token"] {
		t.Errorf("a second list has %v", again[0])
	}
}

func TestFileNamesAreSplit(t *testing.T) {
	t.Parallel()
	s := started(t)
	for _, name := range []string{".bashrc", "archive.tar.gz", "noext", "Thanks.", "報告 2025.文書", `"q".txt`} {
		s.imported("", name, name)
	}
	got := map[string]any{}
	for _, dataset := range s.datasets("?limit=100") {
		got[fmt.Sprint(dataset["fileName"])] = dataset["fileExt"]
	}
	want := map[string]any{".bashrc": "", "archive.tar": "gz", "noext": "", "Thanks.": "", "報告 2025": "文書", `"q"`: "txt"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("names are %v, want %v", got, want)
	}
}

// media are the first bytes of files of every class: the type is read from them, and from the name only when
// they tell nothing.
var media = map[string]string{
	"a.txt": "plain words",
	"b.csv": "plot,tenant\n1,Ada\n",
	"c.mp3": "ID3\x03\x00\x00\x00\x00\x02\x01" + strings.Repeat("\x00\x01\x00\x80\x00\x00\x07", 64),
	"d":     "RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + strings.Repeat("\x00\x01\x00\x80\x00\x00\x07", 64),
	"e.txt": "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + strings.Repeat("\x00\x01\x00\x80\x00\x00\x07", 64),
	"f.png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + strings.Repeat("\x00\x01\x00\x80\x00\x00\x07", 64),
	"g.mp4": strings.Repeat("\x00\x01\x00\x80\x00\x00\x07", 64),
}

func TestDatasetsAreFilteredByType(t *testing.T) {
	t.Parallel()
	s := started(t)
	for name, text := range media {
		s.imported("", name, text)
	}
	s.settle()
	for types, want := range map[string]string{
		"": "a b c d e f g", "doc": "a b", "audio": "c d", "video": "e g", "image": "f", "audio,video": "c d e g", "image, doc": "a b f",
		"doc,doc": "a b", "doc,audio,video,image": "a b c d e f g",
	} {
		r := s.call(200, "GET", "/v1/datasets?sort=fileName&limit=2&type="+url.QueryEscape(types), nil)
		if total := len(strings.Fields(want)); r.at("total") != float64(total) || len(r.at("data").([]any)) != min(2, total) {
			t.Errorf("type %q: total %v, want %d", types, r.at("total"), total)
		}
		list := s.datasets("?sort=fileName&type=" + url.QueryEscape(types))
		if got := strings.Join(fileNames(list), " "); got != want {
			t.Errorf("type %q: %s, want %s", types, got, want)
		}
		for _, dataset := range list {
			if types != "" && !strings.Contains(types, dataset["type"].(string)) {
				t.Errorf("type %q holds %v", types, dataset)
			}
		}
	}
}

// compareAnswers orders two values of JSON: numbers, or texts by code point. null equals null.
func compareAnswers(a, b any) int {
	if x, isNumber := a.(float64); isNumber {
		return cmp.Compare(x, b.(float64))
	}
	if a == nil {
		return 0
	}
	return cmp.Compare(a.(string), b.(string))
}

func TestDatasetsAreSortedByAnyProperty(t *testing.T) {
	t.Parallel()
	clock := newHourglass()
	s := startedWith(t, config.Config{Now: clock.time})
	other := s.workspace("Other").ID
	for i, name := range []string{"b.txt", "B.txt", "ä.txt", "a.csv", "a.png", "z.mp3", "noext", "a.PDF", "c.tar.gz", "𝒳.txt"} {
		if i%3 == 0 {
			clock.turn(time.Second)
		}
		s.imported([]string{"", other}[i%2], name, strings.Repeat("x", 1+i*7%5))
	}
	for _, property := range []string{"id", "workspaceId", "type", "fileName", "fileExt", "fileSize", "itemCount", "mimeType", "createdAt", "updatedAt", "expiresAt"} {
		for _, sign := range []string{"", "-"} {
			list := s.datasets("?limit=100&sort=" + sign + property)
			if len(list) != 10 {
				t.Fatalf("%s%s: %d datasets", sign, property, len(list))
			}
			for i := 1; i < len(list); i++ {
				order := compareAnswers(list[i-1][property], list[i][property])
				if sign == "" && order > 0 || sign == "-" && order < 0 {
					t.Errorf("sort=%s%s: %v stands before %v", sign, property, list[i-1][property], list[i][property])
				}
			}
		}
	}
	list := s.datasets("?limit=100&sort=type,-fileSize,fileName")
	if !slices.IsSortedFunc(list, func(a, b map[string]any) int {
		return cmp.Or(compareAnswers(a["type"], b["type"]), compareAnswers(b["fileSize"], a["fileSize"]), compareAnswers(a["fileName"], b["fileName"]))
	}) {
		t.Errorf("by three properties: %v", list)
	}
	newest, asked := s.datasets("?limit=100"), s.datasets("?limit=100&sort=-createdAt")
	if got, want := fileNames(newest), fileNames(asked); !slices.Equal(got, want) || newest[0]["createdAt"] == newest[9]["createdAt"] {
		t.Errorf("the default order is %v, want %v", got, want)
	}
}

func TestDatasetsArePaged(t *testing.T) {
	t.Parallel()
	s := started(t)
	for i := range 23 {
		s.imported("", fmt.Sprintf("%02d.txt", i), "same")
	}
	if n := len(s.datasets("")); n != 10 {
		t.Errorf("a page has %d datasets", n)
	}
	for _, sort := range []string{"", "&sort=fileSize", "&sort=-mimeType,type", "&sort=createdAt", "&sort=expiresAt", "&sort=workspaceId"} {
		seen := map[any]bool{}
		for offset := 0; offset < 30; offset += 7 {
			r := s.call(200, "GET", fmt.Sprintf("/v1/datasets?limit=7&offset=%d%s", offset, sort), nil)
			if r.at("total") != 23.0 {
				t.Errorf("total is %v at offset %d", r.at("total"), offset)
			}
			for _, dataset := range r.at("data").([]any) {
				seen[dataset.(map[string]any)["id"]] = true
			}
		}
		if len(seen) != 23 {
			t.Errorf("pages%s show %d of 23 datasets", sort, len(seen))
		}
	}
	if n := len(s.datasets("?limit=100&offset=22")); n != 1 {
		t.Errorf("the last page has %d datasets", n)
	}
	if n := len(s.datasets("?limit=1&offset=1099511627776")); n != 0 {
		t.Errorf("a page past the end has %d datasets", n)
	}
}

func TestWrongParametersOfDatasets(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "a.txt", "a")
	for query, names := range map[string][]string{
		"limit=0": {"limit"}, "limit=101": {"limit"}, "limit=-1": {"limit"}, "limit=ten": {"limit"}, "limit=1.5": {"limit"}, "limit=1e1": {"limit"},
		"limit=99999999999999999999": {"limit"}, "limit=%00": {"limit"}, "limit=%ff": {"limit"}, "limit=1%2C2": {"limit"},
		"offset=-1": {"offset"}, "offset=x": {"offset"}, "offset=99999999999999999999": {"offset"}, "offset=0.0": {"offset"},
		"type=pdf": {"type"}, "type=DOC": {"type"}, "type=doc,": {"type"}, "type=doc%3Baudio": {"type"}, "type=doc%00": {"type"}, "type=%ff": {"type"},
		"sort=name": {"sort"}, "sort=share": {"sort"}, "sort=share.url": {"sort"}, "sort=CreatedAt": {"sort"}, "sort=createdAt,": {"sort"}, "sort=--id": {"sort"},
		"sort=id%00": {"sort"}, "sort=%ff": {"sort"}, "sort=c.id%3B+DROP+TABLE+content": {"sort"}, "sort=-": {"sort"},
		"expiresInSeconds=0": {"expiresInSeconds"}, "expiresInSeconds=604801": {"expiresInSeconds"}, "expiresInSeconds=-60": {"expiresInSeconds"},
		"expiresInSeconds=soon":                              {"expiresInSeconds"},
		"limit=0&offset=-1&type=x&sort=y&expiresInSeconds=z": {"limit", "offset", "type", "sort", "expiresInSeconds"},
		"limit=%zz": {"after ?"}, "a;b": {"after ?"}, "limit=": {"limit"}, "limit=5&limit=6": {"limit"}, "type=doc&type=audio": {"type"},
	} {
		r := s.call(400, "GET", "/v1/datasets?"+query, nil)
		if r.at("success") != false {
			t.Errorf("%s: %s", query, r.body)
		}
		for _, name := range names {
			if !strings.Contains(r.text("error"), name) {
				t.Errorf("%s: the error does not name %s: %s", query, name, r.body)
			}
		}
	}
	for _, query := range []string{"limit=1", "limit=100", "offset=0", "expiresInSeconds=1", "expiresInSeconds=604800", "sort=", "type=", "unknown=1", "sort=+createdAt"} {
		s.call(200, "GET", "/v1/datasets?"+query, nil)
	}
}

func TestWhoSeesWhichDatasets(t *testing.T) {
	t.Parallel()
	s := started(t)
	other := s.workspace("Other").ID
	s.imported("", "mine.txt", "a")
	inOther := s.imported(other, "theirs.txt", "b").ID
	seen := func(token string) string {
		t.Helper()
		var names []string
		r := s.callAs(token, 200, "GET", "/v1/datasets?sort=fileName", nil)
		for i := range r.at("data").([]any) {
			names = append(names, r.text("data", i, "fileName"))
		}
		if r.at("total") != float64(len(names)) {
			t.Errorf("total is %v of %v", r.at("total"), names)
		}
		return strings.Join(names, " ")
	}
	if got := seen(s.owner); got != "mine theirs" {
		t.Errorf("the owner sees %s", got)
	}
	restricted := s.token(engine.TokenSpec{WorkspaceID: other, Abilities: []string{"datasets-read"}})
	if got := seen(restricted); got != "theirs" {
		t.Errorf("a token of one workspace sees %s", got)
	}
	s.call(200, "PUT", "/api/desk/workspaces/"+other, map[string]any{"isArchived": true})
	if got := seen(s.owner); got != "mine theirs" {
		t.Errorf("with an archived workspace the owner sees %s", got)
	}
	s.call(200, "PUT", "/api/desk/workspaces/"+other, map[string]any{"isArchived": false})
	s.call(204, "DELETE", "/api/desk/contents/"+inOther, nil)
	if got := seen(restricted); got != "" {
		t.Errorf("after a deletion the token sees %s", got)
	}

	for what, status := range map[string]int{
		"":            401,
		"shf_unknown": 401,
		s.token(engine.TokenSpec{Abilities: []string{"content-read", "workspaces-read", "sync"}}): 403,
	} {
		r := s.callAs(what, status, "GET", "/v1/datasets", nil)
		if r.at("success") != false || r.text("error") == "" {
			t.Errorf("%d: %s", status, r.body)
		}
	}
	keyed := s.request("GET", "/v1/datasets/", nil)
	keyed.Header.Del("Authorization")
	keyed.Header.Set("x-api-key", s.owner)
	if got := s.send(keyed); got.status != 200 || got.text("data", 0, "fileName") == "" {
		t.Errorf("by x-api-key, with a slash at the end: %d %s", got.status, got.body)
	}
	for _, path := range []string{"/v1", "/v1/dataset", "/v1/datasets/ds_ar7e4PtGX7fGGnSt", "/v1/share"} {
		if r := s.call(404, "GET", path, nil); r.at("success") != false || r.text("error") == "" {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if r := s.call(404, "POST", "/v1/datasets", map[string]any{}); r.at("success") != false {
		t.Errorf("POST: %s", r.body)
	}
}

func TestManyDatasetsComeWithTheirLinks(t *testing.T) {
	t.Parallel()
	s := started(t)
	for i := range 100 {
		s.imported("", fmt.Sprintf("%d.txt", i), fmt.Sprint("text ", i))
	}
	list := s.datasets("?limit=100")
	tokens := map[any]bool{}
	for _, dataset := range list {
		tokens[dataset["share"].(map[string]any)["token"]] = true
	}
	if len(list) != 100 || len(tokens) != 100 {
		t.Errorf("%d datasets have %d tokens", len(list), len(tokens))
	}
	if bytes.Contains(s.call(200, "GET", "/v1/datasets?limit=1", nil).body, []byte(`\u0026`)) {
		t.Error("addresses are escaped beyond need")
	}
}

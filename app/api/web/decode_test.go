package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

type order struct {
	Query  string            `json:"query"`
	Limit  int               `json:"limit"`
	Size   float64           `json:"size"`
	IDs    []string          `json:"ids"`
	Notes  map[string]any    `json:"notes"`
	Any    any               `json:"any"`
	Lines  []line            `json:"lines"`
	Inner  *line             `json:"inner"`
	Raw    json.RawMessage   `json:"raw"`
	Labels map[string]string `json:"labels"`
}

type line struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// fieldsOf lists the fields that err names.
func fieldsOf(err error) string {
	var v Violations
	v.Merge(err)
	var names []string
	for _, f := range v.list {
		names = append(names, f.Field)
	}
	return strings.Join(names, " ")
}

func TestEveryViolationIsNamed(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"query":"a","query":"b"}`:                         "query",
		`{"x":{"y":[{"a":1,"a":2}]}}`:                       "x.y[0].a",
		`{"qu\u0065ry":"a","query":"b"}`:                    "query",
		`{"query":"a\u0000b","ids":["x","\u0000"]}`:         "query ids[1]",
		"{\"query\":\"\xff\"}":                              "query",
		"{\"\xff\":1}":                                      "\uFFFD",
		`{"a\u0000":1}`:                                     "a\uFFFD",
		`{"query":"\ud800"}`:                                "query",
		`{"query":"\ud800\u0041"}`:                          "query",
		`{"query":"\udc00\ud800"}`:                          "query",
		`{"size":1e400,"notes":{"n":-1e999},"any":1e400}`:   "size notes.n any",
		`{"limit":9223372036854775808}`:                     "limit",
		`{"limit":1.5,"query":1,"ids":[1,2],"notes":[]}`:    "query limit ids notes",
		`{"ids":["a",null]}`:                                "ids",
		`{"lines":[{"name":1},null,{"tags":["x",2]}]}`:      "lines[0].name lines[1] lines[2].tags",
		`{"lines":{},"inner":{"name":[]},"labels":{"a":1}}`: "lines inner.name labels",
		`{"inner":7}`:                                       "inner",
	} {
		var v order
		err := DecodeBytes([]byte(in), &v)
		if catalog.CodeOf(err) != catalog.Invalid || fieldsOf(err) != want {
			t.Errorf("%s: %q, want %q (%v)", in, fieldsOf(err), want, err)
		}
	}
}

func TestWhatIsRightIsRead(t *testing.T) {
	t.Parallel()
	var v order
	in := `{"query":"\ud83d\ude00 \\u0000 ü","limit":3,"ids":["a"],"notes":{"a":null,"b":{"c":[1]}},"lines":[{"name":"x","tags":[]}],"inner":{"name":"y"},"raw":null,"unknown":{"a":[{}]}}`
	if err := DecodeBytes([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	if v.Query != "😀 \\u0000 ü" || v.Limit != 3 || v.IDs[0] != "a" || len(v.Notes) != 2 || v.Lines[0].Name != "x" || v.Inner.Name != "y" || string(v.Raw) != "null" {
		t.Errorf("%+v", v)
	}
	if err := DecodeBytes([]byte(`{"inner":null,"lines":null,"ids":null}`), &v); err != nil || v.Inner == nil || len(v.Lines) != 1 {
		t.Errorf("null changes what is there: %+v %v", v, err)
	}
}

func TestNestingHasAnEnd(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return `{"any":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	var v order
	if err := DecodeBytes([]byte(deep(maxDepth)), &v); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
	for _, n := range []int{maxDepth + 1, 9000, 200_000} {
		if err := DecodeBytes([]byte(deep(n)), &v); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%d levels: %v", n, err)
		}
	}
}

func TestBodiesThatAreNotJSONAreRefused(t *testing.T) {
	t.Parallel()
	h := Wrap(family().Public(func(w http.ResponseWriter, r *http.Request) error {
		var v order
		if err := Decode(w, r, &v); err != nil {
			return err
		}
		Write(w, 200, v)
		return nil
	}), Options{})
	for _, c := range []struct {
		kind, body string
		status     int
	}{
		{"", `{}`, 200},
		{"application/json", `{}`, 200},
		{"application/json; charset=UTF-8", `{}`, 200},
		{"application/merge-patch+json", `{}`, 200},
		{"application/x-www-form-urlencoded", ``, 200},
		{"application/x-www-form-urlencoded", `{}`, 400},
		{"text/plain", `{}`, 400},
		{"application/json; charset=latin1", `{}`, 400},
		{"application/json, text/plain", `{}`, 400},
		{"application/json", `{} {}`, 400},
		{"application/json", `{}x`, 400},
		{"application/json", "\ufeff{}", 400},
		{"application/json", `{'a':1}`, 400},
	} {
		r := httptest.NewRequest("POST", "/api/x", strings.NewReader(c.body))
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		if w := answer(h, r); w.Code != c.status {
			t.Errorf("%q as %q: %d, want %d: %s", c.body, c.kind, w.Code, c.status, w.Body)
		}
	}
}

func TestParametersAreReadOnce(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a=1&b=x&c=true":             "",
		"":                           "",
		"a=1&a=2":                    "a",
		"a=&c=":                      "a c",
		"a=11&c=perhaps":             "a c",
		"b=%00":                      "b",
		"b=%ff&b=x":                  "b",
		"d=1&d=2":                    "",
		"d=%00&d=2":                  "d",
		"b=%zz":                      "?",
		"unknown=1&unknown=2":        "",
		"a=99999999999999999999&c=1": "a",
	} {
		q := ReadQuery(&url.URL{RawQuery: in})
		q.Int("a", 5, 1, 10)
		q.Text("b")
		q.Bool("c")
		q.All("d")
		if err := q.Err(); fieldsOf(err) != want || (err == nil) != (want == "") {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func TestLengthsAreCodePoints(t *testing.T) {
	t.Parallel()
	var v Violations
	v.Length("fits", "😀üx", 1, 3)
	v.Length("long", "😀üxy", 1, 3)
	v.Length("blank", " \u00a0", 1, 3)
	v.Length("empty", "", 0, 3)
	if err := v.Err(); fieldsOf(err) != "long blank" || !strings.Contains(err.Error(), "long, blank") {
		t.Errorf("%v", err)
	}
}

type booking struct {
	Name  string  `json:"name" minLength:"1" maxLength:"3"`
	Note  string  `json:"note,omitempty" minLength:"2"`
	Kind  *string `json:"kind,omitempty" enum:"bed|shed"`
	Size  int     `json:"size" minimum:"1" maximum:"9"`
	Beds  []plot  `json:"beds" maxItems:"2"`
	First *plot   `json:"first"`
	plot
}

type plot struct {
	Label string `json:"label,omitempty" maxLength:"1"`
}

func TestInputIsHeldToItsTags(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"name":"ü😀x","size":9,"beds":[{"label":"a"}],"first":null}`: "",
		`{"size":1}`:            "name",
		`{"name":" ","size":0}`: "name size",
		`{"name":"abcd","size":10,"note":"x","kind":"box","label":"ab"}`:             "name note kind size label",
		`{"name":"a","size":1,"beds":[{"label":"ab"},{},{}],"first":{"label":"ab"}}`: "beds beds[0].label first.label",
		`{"name":"a","size":1,"note":"","kind":"shed"}`:                              "",
	} {
		var v booking
		if err := DecodeBytes([]byte(in), &v); err != nil {
			t.Errorf("%s: what only the tags forbid is refused: %v", in, err)
		}
		var wrong Violations
		wrong.Hold(&v)
		if got := fieldsOf(wrong.Err()); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	var v booking
	if err := DecodeBytes([]byte(`{"size":"x","note":"\u0000"}`), &v); fieldsOf(err) != "note size name" {
		t.Errorf("with wrong types: %v", err)
	}
	if err := DecodeBytes([]byte(`[]`), &v); catalog.MessageOf(err) != "The request body must be an object." {
		t.Errorf("no object at all: %v", err)
	}
}

func TestPathsThatAreNotTextNameNothing(t *testing.T) {
	t.Parallel()
	g := gardens()
	g.Routes[0].Access = Anyone
	g.Routes[0].Serve = func(w http.ResponseWriter, r *http.Request) error { Write(w, 200, r.PathValue("id")); return nil }
	tree := Wrap(g.Handler(), Options{})
	for path, want := range map[string]int{"/api/gardens/a%2Fb": 200, "/api/gardens/%C3%BC": 200, "/api/gardens/%00": 404, "/api/gardens/%ff": 404} {
		if w := answer(tree, request("GET", path)); w.Code != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// repeats reports with encoding/json's own tokens whether an object of valid JSON holds a name twice.
func repeats(body []byte) bool {
	tokens := json.NewDecoder(bytes.NewReader(body))
	type level struct {
		seen map[string]bool // nil in a list
		name bool            // a name comes next
	}
	var levels []level
	for {
		token, err := tokens.Token()
		if err != nil {
			return false
		}
		var top *level
		if len(levels) > 0 {
			top = &levels[len(levels)-1]
		}
		if name, ok := token.(string); ok && top != nil && top.seen != nil && top.name {
			if top.seen[name] {
				return true
			}
			top.seen[name], top.name = true, false
			continue
		}
		if top != nil {
			top.name = true
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{map[string]bool{}, true})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
	}
}

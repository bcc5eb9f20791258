package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

type garden struct {
	Name    string         `json:"name" maxLength:"40" doc:"What it is called."`
	Kind    kind           `json:"kind"`
	Owner   *string        `json:"owner"`
	Beds    []bed          `json:"beds"`
	Inner   *garden        `json:"inner"`
	Notes   map[string]any `json:"notes"`
	Any     any            `json:"any"`
	Planted time.Time      `json:"planted,omitzero"`
	Paths   few[bed]       `json:"paths"`
	Whole   moment         `json:"whole"`
	Colour  string         `json:"colour,omitempty" enum:"red|green"`
}

type bed struct {
	Size float64 `json:"size" minimum:"0"`
}

type few[T any] struct {
	List []T `json:"list"`
}

type kind string

func (kind) Values() []any { return []any{"wild", "tame"} }

type moment struct{}

func (moment) JSONSchema() map[string]any { return map[string]any{"type": "string", "format": "date"} }

type wrong struct {
	Message string `json:"message"`
}

func gardens() Group {
	nothing := func(http.ResponseWriter, *http.Request) error { return nil }
	return Group{Name: "Gardens", Family: Family{Base: "/api/gardens", Statuses: DefaultStatuses(), Body: func(p Problem) any { return wrong{p.Message} }},
		Routes: []Route{
			{Name: "getGarden", Method: "GET", Path: "/api/gardens/{id}", Access: Needs("gardens-read"), Summary: "One garden.", Published: true,
				Query:    []Parameter{{Name: "depth", Kind: "integer", About: "how deep", Min: new(0), Max: new(9)}, {Name: "as", Kind: "string", Enum: []string{"map", "list"}}},
				Response: garden{}, Statuses: []int{200}, Serve: nothing},
			{Name: "uploadGarden", Method: "POST", Path: "/api/gardens", Access: Anyone, Summary: "A new garden.", Body: Form, Request: struct {
				Plan File   `json:"plan"`
				Name string `json:"name,omitempty"`
			}{}, Response: bed{}, Statuses: []int{201}, Serve: nothing,
				Example: &Example{Request: []FormField{{Name: "plan", Value: "x", FileName: "plan.txt"}}, Response: bed{Size: 1}}},
		}}
}

// described makes the document of the groups and checks that it is valid.
func described(t *testing.T, groups ...Group) *openapi3.T {
	t.Helper()
	raw, err := Document(groups...)
	if err != nil {
		t.Fatal(err)
	}
	if err := validated(t, raw); err != nil {
		t.Error(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// validated is what is wrong with a document.
func validated(t *testing.T, raw []byte) error {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Validate(t.Context(), openapi3.IsOpenAPI31OrLater())
}

func TestTheDocumentSaysWhatTheTypesSay(t *testing.T) {
	t.Parallel()
	doc := described(t, gardens())
	raw, err := json.Marshal(doc.Components.Schemas["garden"])
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Required   []string
		Properties map[string]json.RawMessage
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if s := strings.Join(got.Required, " "); s != "name kind owner beds inner notes any paths whole" {
		t.Errorf("required: %s", s)
	}
	for name, want := range map[string]string{
		"name":    `{"description":"What it is called.","maxLength":40,"type":"string"}`,
		"kind":    `{"$ref":"#/components/schemas/kind"}`,
		"owner":   `{"type":["string","null"]}`,
		"inner":   `{"anyOf":[{"$ref":"#/components/schemas/garden"},{"type":"null"}]}`,
		"notes":   `{"additionalProperties":{},"type":"object"}`,
		"any":     `{}`,
		"planted": `{"format":"date-time","type":"string"}`,
		"paths":   `{"$ref":"#/components/schemas/fewBed"}`,
		"whole":   `{"format":"date","type":"string"}`,
		"colour":  `{"enum":["red","green"],"type":"string"}`,
	} {
		if string(got.Properties[name]) != want {
			t.Errorf("%s is %s, want %s", name, got.Properties[name], want)
		}
	}
}

func TestTheDocumentSaysHowToCall(t *testing.T) {
	t.Parallel()
	doc := described(t, gardens())
	get := doc.Paths.Value("/api/gardens/{id}").Get
	if p := get.Parameters; len(p) != 3 || p[0].Value.In != "path" || *p[1].Value.Schema.Value.Max != 9 || len(p[2].Value.Schema.Value.Enum) != 2 {
		t.Errorf("parameters: %+v", p)
	}
	if !strings.Contains(get.Description, "gardens-read") || get.Responses.Default().Ref != "#/components/responses/wrong" || get.Extensions["x-published"] != true {
		t.Errorf("%q %q %v", get.Description, get.Responses.Default().Ref, get.Extensions)
	}
	post := doc.Paths.Value("/api/gardens").Post
	form := post.RequestBody.Value.Content["multipart/form-data"]
	if form == nil || form.Schema.Value.Properties["plan"].Value.Format != "binary" || form.Example == nil || len(*post.Security) != 0 {
		t.Errorf("%+v", post)
	}
}

func TestAmbiguousDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	other := func(change func(*Group)) Group {
		g := Group{Name: "Others", Family: Family{Base: "/api/others", Body: func(p Problem) any { return catalog.FieldError{Message: p.Message} }},
			Routes: []Route{{Name: "getOther", Method: "GET", Path: "/api/others", Summary: "Others.", Response: 1, Statuses: []int{200},
				Serve: func(http.ResponseWriter, *http.Request) error { return nil }}}}
		change(&g)
		return g
	}
	type Content struct{}
	type both struct {
		A catalog.Content `json:"a"`
		B Content         `json:"b"`
	}
	for want, change := range map[string]func(*Group){
		"":                     func(*Group) {},
		"would share":          func(g *Group) { g.Routes[0].Response = both{} },
		"are named":            func(g *Group) { g.Routes[0].Name = "getGarden" },
		"lacks a name":         func(g *Group) { g.Routes[0].Summary = "" },
		"two routes serve GET": func(g *Group) { g.Routes[0].Path = "/api/gardens/{id}" },
	} {
		_, err := Document(gardens(), other(change))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestAPrefixKeepsTypesOfOneNameApart(t *testing.T) {
	t.Parallel()
	g := gardens()
	g.Prefix = "Gardens"
	doc := described(t, g)
	for _, name := range []string{"Gardensgarden", "Gardenswrong", "GardensfewBed", "Gardenskind"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("there is no schema %s", name)
		}
	}
}

func TestAFamilyAnswersUnknownPathsAndMethodsInItsOwnForm(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	g := gardens()
	g.Family.Mount(mux, g.Routes)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	tree := Wrap(mux, Options{})
	for _, c := range []struct{ method, path string }{
		{"GET", "/api/gardens"}, {"GET", "/api/gardens/"}, {"DELETE", "/api/gardens/1"}, {"PATCH", "/api/gardens"}, {"GET", "/api/gardens/1/2"}, {"PUT", "/api/gardens/1/"},
	} {
		w := answer(tree, request(c.method, c.path))
		var said wrong
		if err := json.Unmarshal(w.Body.Bytes(), &said); w.Code != 404 || err != nil || !strings.HasPrefix(said.Message, "There is nothing at "+c.method) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
	if w := answer(tree, request("GET", "/api/gardensx")); w.Code != http.StatusTeapot {
		t.Errorf("a neighbour: %d", w.Code)
	}
}

package web

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestExamplesAreCallsThatCanBeMade(t *testing.T) {
	t.Parallel()
	const id = "0197-sample"
	r := Route{Name: "x", Method: "POST", Path: "/api/a/{id}/b/{number}", Request: map[string]string{},
		Example: &Example{Target: "/api/a/" + id + "/b/1?of=" + id, Request: map[string]string{"id": id, "n": "1"}}}
	got, err := r.ExampleRequest("http://host", map[string]string{"id": "real/1", "number": "22"})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || got.URL.String() != "http://host/api/a/real%2F1/b/22?of=real/1" || string(body) != `{"id":"real/1","n":"1"}` || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s %v %v", got.URL, body, got.Header, err)
	}
	if _, err := r.ExampleRequest("http://host", nil); err == nil {
		t.Error("an example without its ids can be made")
	}
	form := Route{Name: "y", Method: "POST", Path: "/api/y", Body: Form, Example: &Example{Request: []FormField{{Name: "a", Value: "1"}, {Name: "file", Value: "bytes", FileName: "a.txt"}}}}
	if got, err = form.ExampleRequest("http://host", nil); err != nil {
		t.Fatal(err)
	}
	values, err := ReadForm(got, "file", func(f FormFile) error {
		bytes, err := io.ReadAll(f)
		if string(bytes) != "bytes" || f.Name != "a.txt" {
			t.Errorf("%q %q", f.Name, bytes)
		}
		return err
	})
	if err != nil || values.Get("a") != "1" {
		t.Errorf("%v %v", values, err)
	}
}

func TestExamplesMustFitTheirSchema(t *testing.T) {
	t.Parallel()
	g := gardens()
	g.Routes[0].Example = &Example{Response: map[string]any{"name": 1}}
	raw, err := Document(g)
	if err != nil {
		t.Fatal(err)
	}
	if err := validated(t, raw); err == nil {
		t.Error("an example of another shape passes")
	}
}

func page(t *testing.T, groups ...Group) string {
	t.Helper()
	w := answer(Wrap(Page(nil, groups...), Options{}), request("GET", "http://host:1/docs"))
	if w.Code != 200 || w.Header().Get("Content-Security-Policy") != pagePolicy || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Fatal(w.Code, w.Header())
	}
	return w.Body.String()
}

func TestThePageShowsEveryOperation(t *testing.T) {
	t.Parallel()
	g := gardens()
	g.Routes[0].Summary = `Hostile <script>alert("x")</script>.`
	g.Routes[0].Example = &Example{Target: "/api/gardens/7", Response: garden{Name: "Ours"}}
	html := page(t, g)
	for _, want := range []string{
		`id="getGarden"`, `/api/gardens/<var>{id}</var>`, "gardens-read", "whole number, 0 to 9", "text, one of map, list", `href="#type-garden"`,
		`id="type-bed"`, "number, at least 0", "text, at most 40 characters", "What it is called.", "text or null", "published contract",
		`'http://host:1/api/gardens/7'`, "list of <a", "-F &#39;plan=@plan.txt&#39;", `&#34;name&#34;: &#34;Ours&#34;`, "<td>limited</td>",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(html, "<script>alert") || strings.Contains(html, "http://host:1http") || strings.Contains(html, "ZgotmplZ") {
		t.Error("the page is not escaped as it should be")
	}
}

// Every link within the page leads somewhere, no id is there twice, and nothing comes from another place.
func TestThePageIsWhole(t *testing.T) {
	t.Parallel()
	html := page(t, gardens())
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("the id %s is there twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if target, within := strings.CutPrefix(m[1], "#"); within && !ids[target] || !within && !strings.HasPrefix(m[1], "/docs/page.") && m[1] != "/openapi.json" {
			t.Errorf("the page links to %s", m[1])
		}
	}
	if regexp.MustCompile(`style="| on[a-z]+="|<script>`).MatchString(html) {
		t.Error("the page holds what its policy forbids")
	}
	h := Page(&url.URL{Scheme: "https", Host: "sheaf.example.org"}, gardens())
	for path, kind := range map[string]string{"/docs/page.css": "text/css", "/docs/page.js": "text/javascript"} {
		if w := answer(h, request("GET", path)); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	if w := answer(h, request("GET", "/docs")); !strings.Contains(w.Body.String(), "https://sheaf.example.org/api/gardens") {
		t.Error("the public address is not used")
	}
}

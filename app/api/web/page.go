package web

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed page
var pageFiles embed.FS

// pagePolicy lets the page have its own style sheet and script and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Page serves the description of all groups for people at /docs, made from the same tables as the OpenAPI document. Its
// examples name the server as whoever reads it reached it, or public when that is set.
func Page(public *url.URL, groups ...Group) http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the directory is embedded above
	}
	shape := template.Must(template.New("page.gohtml").Funcs(template.FuncMap{"told": told}).ParseFS(files, "page.gohtml"))
	described := sync.OnceValues(func() (pageView, error) { return describePage(groups) })
	mux := http.NewServeMux()
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /docs/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, name)
		})
	}
	mux.HandleFunc("GET /docs", func(w http.ResponseWriter, r *http.Request) {
		view, err := described()
		var page bytes.Buffer
		if err == nil {
			view.Address = addressOf(r, public)
			err = shape.Execute(&page, view)
		}
		if err != nil {
			http.Error(w, "The page cannot be made.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", pagePolicy)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = page.WriteTo(w) // the client is gone; there is nobody to tell
	})
	return mux
}

// addressOf is where the client reached this server.
func addressOf(r *http.Request, public *url.URL) string {
	switch {
	case public != nil:
		return strings.TrimSuffix(public.String(), "/")
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// pageView is what the template shows.
type pageView struct {
	Address string
	Groups  []groupView
	Types   []typeView
}

type groupView struct {
	Name, About, Base string
	Error             []word
	Statuses          []statusView
	Operations        []operationView
}

type statusView struct {
	Status int
	Codes  string
}

type operationView struct {
	Name, Method, Summary, About, Needs string
	Path                                []word // a wildcard is a word with Wild
	Published                           bool
	Parameters                          []memberView
	Takes, Gives                        []word
	Form                                bool
	TakesMembers, GivesMembers          []memberView
	Media                               string
	Statuses                            []string
	Curl                                []string // lines after the one with the address
	Target, Answer                      string
}

type typeView struct {
	Name    string
	Values  []string // of an enumeration
	Members []memberView
}

type memberView struct {
	Name     string
	In       string // path or query, for parameters
	Type     []word
	Required bool
	About    string
}

// told reports whether anything is said about any member.
func told(members []memberView) bool {
	return slices.ContainsFunc(members, func(m memberView) bool { return m.About != "" })
}

// word is a piece of text; Type names the type that it stands for, Wild marks a wildcard.
type word struct {
	Text, Type string
	Wild       bool
}

func describePage(groups []Group) (pageView, error) {
	d := document{schemas: newSchemas(), names: map[string]bool{}, paths: object{}, responses: object{}}
	d.prefixes(groups)
	var view pageView
	for _, g := range groups {
		if err := d.add(g); err != nil {
			return view, err
		}
		view.Groups = append(view.Groups, d.group(g))
	}
	for _, name := range slices.Sorted(maps.Keys(d.schemas.named)) {
		view.Types = append(view.Types, typeOf(name, d.schemas.named[name].(object)))
	}
	return view, d.schemas.err
}

func (d *document) group(g Group) groupView {
	view := groupView{Name: g.Name, About: g.About, Base: g.Family.Base, Error: words(d.schemas.schema(g.problem()))}
	codes := map[int][]string{}
	for code, status := range g.Family.Statuses {
		codes[status] = append(codes[status], strings.ReplaceAll(string(code), "_", " "))
	}
	for _, status := range slices.Sorted(maps.Keys(codes)) {
		slices.Sort(codes[status])
		view.Statuses = append(view.Statuses, statusView{status, strings.Join(codes[status], ", ")})
	}
	for _, r := range g.Routes {
		view.Operations = append(view.Operations, d.operationView(r))
	}
	return view
}

func (d *document) operationView(r Route) operationView {
	view := operationView{Name: r.Name, Method: r.Method, Summary: r.Summary, About: r.Description, Needs: r.Access.String(),
		Path: pathWords(r.Path), Published: r.Published, Form: r.Body == Form, Media: r.Media, Target: r.target()}
	view.Needs = strings.Trim(view.Needs, "`")
	for _, p := range parametersOf(r) {
		p := p.(object)
		about, _ := p["description"].(string)
		view.Parameters = append(view.Parameters, memberView{p["name"].(string), p["in"].(string), words(p["schema"].(object)), p["required"] == true, about})
	}
	if r.Request != nil && r.Body != Bytes {
		schema := d.schemas.of(r.Request)
		view.Takes, view.TakesMembers = words(schema), d.membersOf(schema)
	}
	if r.Body == Bytes {
		view.Takes = []word{{Text: "the bytes of a file"}}
	}
	if r.Response != nil {
		schema := d.schemas.of(r.Response)
		view.Gives, view.GivesMembers = words(schema), d.membersOf(schema)
	}
	for _, status := range r.Statuses {
		view.Statuses = append(view.Statuses, strconv.Itoa(status)+" "+http.StatusText(status))
	}
	view.Curl = d.curl(r)
	if answer := r.Example.shownResponse(); answer != nil {
		view.Answer = indented(answer)
	}
	return view
}

// curl are the lines of a call after the first, without the backslashes at their ends.
func (d *document) curl(r Route) []string {
	var lines []string
	if r.Access != Anyone {
		lines = append(lines, `-H "Authorization: Bearer $TOKEN"`)
	}
	switch {
	case r.Body == Bytes:
		lines = append(lines, "--data-binary @report.pdf")
	case r.Body == Form && r.Example != nil:
		if fields, ok := r.Example.Request.([]FormField); ok {
			for _, f := range fields {
				value := f.Value
				if f.FileName != "" {
					value = "@" + f.FileName
				}
				lines = append(lines, "-F "+quoted(f.Name+"="+value))
			}
		}
	case r.Body == Form:
		for _, m := range d.membersOf(d.schemas.of(r.Request)) {
			if len(m.Type) > 0 && m.Type[0].Text == "file" {
				lines = append(lines, "-F "+quoted(m.Name+"=@report.pdf"))
			} else if m.Required {
				lines = append(lines, "-F "+quoted(m.Name+"=…"))
			}
		}
	case r.Request != nil:
		body := r.Example.shownRequest()
		if body == nil {
			body = d.sample(d.schemas.of(r.Request), 0)
		}
		lines = append(lines, `-H "Content-Type: application/json"`, "-d "+quoted(indented(body)))
	}
	return lines
}

// quoted puts s between apostrophes as a shell reads them.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func indented(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}

func pathWords(path string) []word {
	var all []word
	for i, piece := range strings.FieldsFunc(path, func(r rune) bool { return r == '{' || r == '}' }) {
		all = append(all, word{Text: piece, Wild: i%2 == 1})
	}
	for i := range all {
		if all[i].Wild {
			all[i].Text = "{" + all[i].Text + "}"
		}
	}
	return all
}

func typeOf(name string, schema object) typeView {
	view := typeView{Name: name, Members: members(schema)}
	if values, ok := schema["enum"].([]any); ok {
		for _, v := range values {
			view.Values = append(view.Values, cmp.Or(fmt.Sprint(v), "(empty)"))
		}
	}
	return view
}

// membersOf are the members of a schema or of what it refers to.
func (d *document) membersOf(schema object) []memberView {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = d.schemas.named[referred(ref)].(object)
	}
	return members(schema)
}

func referred(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// members are the members of an object in the order of their names, the required ones first.
func members(schema object) []memberView {
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]string)
	var list []memberView
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		member := properties[name].(object)
		about, _ := member["description"].(string)
		list = append(list, memberView{Name: name, Type: words(member), Required: slices.Contains(required, name), About: about})
	}
	slices.SortStableFunc(list, func(a, b memberView) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return list
}

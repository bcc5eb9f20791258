package mcp_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

func TestEveryToolDescribesItself(t *testing.T) {
	t.Parallel()
	a := newPlace(t).connect(t)
	names := []string{}
	for tool, err := range a.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, tool.Name)
		if !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(tool.Name) || tool.Title == "" || len(tool.Description) < 40 {
			t.Errorf("%s: %q, %q", tool.Name, tool.Title, tool.Description)
		}
		if hints := tool.Annotations; hints == nil || !hints.ReadOnlyHint || *hints.OpenWorldHint || *hints.DestructiveHint || hints.Title != tool.Title {
			t.Errorf("%s hints %+v", tool.Name, hints)
		}
		if s := resolved(t, tool.InputSchema).Schema(); s.Type != "object" || len(s.Properties) > 0 && s.Properties[s.Required[0]].Description == "" {
			t.Errorf("%s takes %v", tool.Name, s)
		}
		if s := resolved(t, tool.OutputSchema).Schema(); s.Type != "object" || len(s.Properties) == 0 {
			t.Errorf("%s gives %v", tool.Name, s)
		}
	}
	if slices.Sort(names); !slices.Equal(names, []string{"ask", "fetch_document", "list_workspaces", "search"}) {
		t.Errorf("the tools are %v", names)
	}
	if told := a.InitializeResult(); told.ServerInfo.Name != "sheaf" || !strings.Contains(told.Instructions, "never an instruction") {
		t.Errorf("it introduces itself with %+v", told)
	}
}

func TestSearchFindsPassages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.watched(t, map[string]string{"meter.md": "# Water\n\nThe water meter stands behind the shed.\n", "bees.txt": "The bees moved in on 4 May.\n"})
	a := p.connect(t)
	var r found
	text := a.call(t, "search", map[string]any{"query": "meter shed"}, &r)
	if len(r.Hits) == 0 || r.Total != 1 {
		t.Fatalf("%+v", r)
	}
	h := r.Hits[0]
	if h.Rank != 1 || h.FileName != "meter.md" || h.Page != 1 || h.End <= h.Start || h.State != "current" || h.ContentID == "" || h.WorkspaceID == "" || h.Score <= 0 || !strings.Contains(h.Snippet, "behind the shed") {
		t.Errorf("%+v", h)
	}
	for _, want := range []string{`1. "meter.md", page 1`, h.ContentID, "\n> ", "behind the shed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	r = found{}
	if a.call(t, "search", map[string]any{"query": "meter bees", "limit": 1, "filter": map[string]any{"fileName": "bees.txt"}, "workspace": nil}, &r); len(r.Hits) != 1 || r.Hits[0].FileName != "bees.txt" {
		t.Errorf("filtered and limited: %+v", r)
	}
	r = found{}
	if text := a.call(t, "search", map[string]any{"query": "zeppelin"}, &r); len(r.Hits) != 0 || r.Hits == nil || !strings.Contains(text, "Nothing in the documents matches.") {
		t.Errorf("nothing to find: %+v\n%s", r, text)
	}
}

func TestAskAnswersWithCitations(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.watched(t, map[string]string{"lease.txt": "The lease of the field runs for 25 years from 25 March 2019.\n\nThe rent is 180 pounds.\n"})
	a := p.connect(t)
	var r answered
	text := a.call(t, "ask", map[string]any{"question": "How long does the lease of the field run?"}, &r)
	if !r.Answered || r.Mode != "extractive" || !strings.Contains(r.Response, "【0】") || len(r.Citations) == 0 {
		t.Fatalf("%+v", r)
	}
	c := r.Citations[0]
	if c.Number != 0 || c.FileName != "lease.txt" || c.Page != 1 || c.State != "current" || !strings.Contains(c.Quote, "25 years") {
		t.Errorf("%+v", c)
	}
	if !strings.Contains(text, "【0】 \"lease.txt\", page 1") || !strings.Contains(text, "\n> ") {
		t.Errorf("the text is\n%s", text)
	}
	var d fetched
	a.call(t, "fetch_document", map[string]any{"id": c.ContentID, "page": c.Page, "offset": c.Start, "limit": c.End - c.Start}, &d)
	if d.Text != c.Quote {
		t.Errorf("at the place of the quote stands %q", d.Text)
	}
	r = answered{}
	if a.call(t, "ask", map[string]any{"question": "What is the boiling point of tungsten?"}, &r); r.Answered || r.Citations == nil || r.Response == "" {
		t.Errorf("without an answer: %+v", r)
	}
}

func TestADocumentIsReadInParts(t *testing.T) {
	t.Parallel()
	whole := strings.Repeat("Größe 漢字 and a long line about turnips.\n", 4000)
	p := newPlace(t)
	p.watched(t, map[string]string{"long.txt": whole})
	a := p.connect(t)
	var r found
	a.call(t, "search", map[string]any{"query": "turnips", "limit": 1}, &r)
	var text strings.Builder
	for offset, calls := 0, 0; ; calls++ {
		d := fetched{}
		a.call(t, "fetch_document", map[string]any{"id": r.Hits[0].ContentID, "offset": offset}, &d)
		if n := utf8.RuneCountInString(d.Text); n > 100_000 || d.Offset != offset || calls > 5 || d.FileName != "long.txt" || d.Pages != 1 || *d.Page != 1 || d.Status != "processed" {
			t.Fatalf("call %d gives %d characters and %+v", calls, n, d.Metadata)
		}
		text.WriteString(d.Text)
		if !d.Truncated {
			break
		}
		offset = d.NextOffset
	}
	if text.String() != whole && text.String() != strings.TrimSuffix(whole, "\n") {
		t.Errorf("the parts make %d bytes of %d", text.Len(), len(whole))
	}
	d := fetched{}
	if a.call(t, "fetch_document", map[string]any{"id": r.Hits[0].ContentID, "offset": 999_999_999}, &d); d.Text != "" || d.Truncated {
		t.Errorf("behind the end: %+v", d)
	}
}

func TestADocumentIsReadByPages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rules, err := filepath.Abs("../../build/samples/tenancy-rules.docx")
	if err != nil {
		t.Fatal(err)
	}
	id := p.run(t, "add", rules)["documents"].([]any)[0].(map[string]any)["contentId"].(string)
	p.run(t, "wait")
	a := p.connect(t)
	var all, first, second, middle fetched
	a.call(t, "fetch_document", map[string]any{"id": id}, &all)
	text := a.call(t, "fetch_document", map[string]any{"id": id, "page": 1}, &first)
	a.call(t, "fetch_document", map[string]any{"id": id, "page": 2}, &second)
	if all.Pages != 2 || all.Page != nil || *second.Page != 2 || first.Text == "" || second.Text == "" || all.Text != first.Text+"\f"+second.Text {
		t.Errorf("%d pages; %q + %q is not %q", all.Pages, first.Text, second.Text, all.Text)
	}
	if !strings.Contains(text, "Page 1:\n> ") {
		t.Errorf("the text is\n%s", text)
	}
	across := utf8.RuneCountInString(first.Text)
	a.call(t, "fetch_document", map[string]any{"id": id, "offset": across - 2, "limit": 5}, &middle)
	if r := []rune(all.Text); middle.Text != string(r[across-2:across+3]) || !middle.Truncated || middle.NextOffset != across+3 {
		t.Errorf("across the pages: %+v", middle)
	}
	var parts strings.Builder
	for offset := 0; ; {
		var next fetched
		a.call(t, "fetch_document", map[string]any{"id": id, "offset": offset, "limit": 97}, &next)
		parts.WriteString(next.Text)
		if offset = next.NextOffset; !next.Truncated {
			break
		}
	}
	if parts.String() != all.Text {
		t.Errorf("part by part it is %q", parts.String())
	}
	if s := a.refused(t, "fetch_document", map[string]any{"id": id, "page": 3}); !strings.Contains(s, "page") {
		t.Error(s)
	}

	r, err := a.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: "sheaf://document/" + id})
	if err != nil || len(r.Contents) != 1 || r.Contents[0].Text != all.Text || r.Contents[0].MIMEType != "text/plain" || r.Contents[0].Blob != nil {
		t.Errorf("the resource: %+v %v", r, err)
	}
	if _, err := a.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: "sheaf://document/../settings"}); err == nil {
		t.Error("a resource that is no document is read")
	}
}

func TestWorkspacesAreListedAndNarrowASearch(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	club := p.run(t, "workspace", "create", "Club")["id"].(string)
	p.run(t, "folder", "add", folder(t, map[string]string{"club.txt": "Compost for the club.\n"}), "--workspace", "Club")
	p.watched(t, map[string]string{"mine.txt": "Compost of my own.\n"})
	a := p.connect(t)
	var list listed
	text := a.call(t, "list_workspaces", nil, &list)
	if len(list.Workspaces) != 2 || !list.Workspaces[0].IsDefault || list.Workspaces[1].ID != club || list.Workspaces[1].Name != "Club" ||
		list.Workspaces[1].Role != "OWNER" || list.Workspaces[1].DocumentCount != 1 || !strings.Contains(text, `"Club"; id `+club) {
		t.Errorf("%+v\n%s", list, text)
	}
	for _, ref := range []string{"Club", "club", club} {
		var r found
		if a.call(t, "search", map[string]any{"query": "compost", "workspace": ref}, &r); len(r.Hits) != 1 || r.Hits[0].WorkspaceID != club {
			t.Errorf("in %s: %+v", ref, r)
		}
	}
	p.run(t, "workspace", "create", "Club")
	if s := a.refused(t, "search", map[string]any{"query": "compost", "workspace": "Club"}); !strings.Contains(s, club) {
		t.Errorf("two of a name: %s", s)
	}
}

func TestWrongArgumentsAreNamed(t *testing.T) {
	t.Parallel()
	a := newPlace(t).connect(t)
	unknown := "01890a5d-ac96-774b-bcce-b302099a8057"
	for _, c := range []struct {
		tool      string
		arguments map[string]any
		names     []string
	}{
		{"search", nil, []string{"query is missing"}},
		{"search", map[string]any{"query": " \n"}, []string{"query must be a text that is not blank"}},
		{"search", map[string]any{"query": 7}, []string{"query"}},
		{"search", map[string]any{"query": strings.Repeat("ä", 10_001)}, []string{"query", "10000"}},
		{"search", map[string]any{"query": "x", "limit": 0}, []string{"limit must be a whole number from 1 to 50"}},
		{"search", map[string]any{"query": "x", "limit": 51}, []string{"limit"}},
		{"search", map[string]any{"query": "x", "limit": 2.5}, []string{"limit"}},
		{"search", map[string]any{"query": "x", "limit": "5", "workspace": 3, "colour": "red"}, []string{"limit", "workspace", "colour", "filter"}},
		{"search", map[string]any{"query": "x", "filter": "x"}, []string{"filter must be an object"}},
		{"search", map[string]any{"query": "x", "filter": map[string]any{"colour": "red"}}, []string{"filter", "colour"}},
		{"search", map[string]any{"query": "x", "filter": map[string]any{"fileName": map[string]any{"like": "x"}}}, []string{"filter", "fileName", "like"}},
		{"search", map[string]any{"query": "x", "workspace": "Nowhere"}, []string{`no workspace "Nowhere"`, "list_workspaces"}},
		{"search", map[string]any{"query": "x", "workspace": strings.Repeat("long ", 2000)}, []string{"workspace must be a text of at most 255 characters"}},
		{"search", map[string]any{"query": "x", "workspace": unknown}, []string{"no workspace", unknown}},
		{"search", map[string]any{"query": "x", "workspace": "a\x1b\n\"b"}, []string{`a` + "\uFFFD" + ` \"b`}},
		{"ask", map[string]any{"query": "x"}, []string{"query", "question is missing"}},
		{"ask", map[string]any{"question": "x", "workspace": "Nowhere"}, []string{`no workspace "Nowhere"`}},
		{"fetch_document", nil, []string{"id is missing"}},
		{"fetch_document", map[string]any{"id": ""}, []string{"no document"}},
		{"fetch_document", map[string]any{"id": "../status"}, []string{"no document"}},
		{"fetch_document", map[string]any{"id": unknown}, []string{"no document", unknown}},
		{"fetch_document", map[string]any{"id": unknown, "page": 0, "offset": -1, "limit": 100_001}, []string{"page", "offset", "limit must be a whole number from 1 to 100000"}},
		{"fetch_document", map[string]any{"id": unknown, "page": 1e30}, []string{"page"}},
		{"list_workspaces", map[string]any{"all": true}, []string{"all is no argument"}},
	} {
		said := a.refused(t, c.tool, c.arguments)
		for _, name := range c.names {
			if !strings.Contains(said, name) {
				t.Errorf("%s with %v does not name %q: %s", c.tool, slices.Collect(maps.Keys(c.arguments)), name, said)
			}
		}
	}
	if _, err := a.CallTool(t.Context(), &sdk.CallToolParams{Name: "delete_everything"}); err == nil {
		t.Error("a tool that does not exist is called")
	}
	var list listed
	a.call(t, "list_workspaces", nil, &list) // it goes on after all that
}

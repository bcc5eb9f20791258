package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxQuery is the longest query in code points.
const maxQuery = 10_000

// question reads query, workspace and filter of search and ask.
func (c *call) question(ctx context.Context, desk *client.Client) (client.Question, error) {
	var q client.Question
	text, err := c.query()
	if err != nil {
		return q, err
	}
	q.Query = text
	if filter := c.options.text("filter"); filter != "" {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(filter), &object); err != nil {
			return q, usage("--filter must be a JSON object such as '{\"fileName\": {\"endsWith\": \".pdf\"}}'; got %q.", clean(shortenTo(filter, 60)))
		}
		q.Filter = json.RawMessage(filter)
	}
	if ref := c.options.text("workspace"); ref != "" {
		w, err := desk.ResolveWorkspace(ctx, ref)
		if err != nil {
			return q, err
		}
		q.Workspaces = []string{w.ID}
	}
	return q, nil
}

// query is the words of the command line, or standard input for "-".
func (c *call) query() (string, error) {
	text := strings.Join(c.args, " ")
	if text == "-" {
		raw, err := io.ReadAll(io.LimitReader(c.In, maxQuery*utf8.UTFMax+1))
		if err != nil {
			return "", catalog.WrapError(catalog.Unavailable, "The query cannot be read from standard input.", err)
		}
		text = strings.TrimSpace(string(raw))
	}
	switch {
	case strings.TrimSpace(text) == "":
		return "", usage("the query is empty; say what to look for.")
	case utf8.RuneCountInString(text) > maxQuery:
		return "", usage("the query is longer than %s characters; shorten it.", grouped(maxQuery))
	}
	return text, nil
}

// searched is the search document.
type searched struct {
	Query  string  `json:"query"`
	Total  int     `json:"total"`
	TookMs float64 `json:"tookMs"`
	Hits   []found `json:"hits"`
}

// found is one hit.
type found struct {
	Rank        int              `json:"rank"`
	ContentID   string           `json:"contentId"`
	WorkspaceID string           `json:"workspaceId"`
	FileName    string           `json:"fileName"`
	Path        string           `json:"path"`
	Page        int              `json:"page"`
	Start       int              `json:"start"`
	End         int              `json:"end"`
	Snippet     string           `json:"snippet"`
	Score       float64          `json:"score"`
	State       catalog.HitState `json:"state"`
}

func search(ctx context.Context, c *call) error {
	limit := c.options.number("limit")
	if limit < 1 || limit > 100 {
		return usage("--limit must be from 1 to 100.")
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		q, err := c.question(ctx, desk)
		if err != nil {
			return err
		}
		q.Limit = limit
		result, err := desk.Search(ctx, q)
		if err != nil {
			return err
		}
		c.warn(result.Warnings)
		if c.json {
			s := searched{result.Query, result.Total, result.TookMs, make([]found, len(result.Hits))}
			for i, h := range result.Hits {
				s.Hits[i] = found{h.Rank, h.ContentID, h.WorkspaceID, h.FileName, h.Path, h.Page, h.Start, h.End, h.Snippet, h.Score, h.State}
			}
			return c.document(s)
		}
		for _, h := range result.Hits {
			c.hit(h)
		}
		if len(result.Hits) == 0 {
			c.line("Nothing in your documents matches.")
			return nil
		}
		c.line("%s", c.styled(dim, fmt.Sprintf("%s in %s", count(result.Total, "document"), took(result.TookMs))))
		return nil
	})
}

// hit prints one passage with its matching words set off.
func (c *call) hit(h catalog.Hit) {
	head := fmt.Sprintf("%d. %s", h.Rank, c.styled(bold, clean(h.FileName))) + ", page " + grouped(h.Page)
	if h.PartOf != "" {
		head += ", in " + clean(h.PartOf)
	}
	if h.State != catalog.HitCurrent && h.State != "" {
		head += c.styled(yellow, " ("+string(h.State)+")")
	}
	c.line("%s", head)
	if h.Path != "" {
		c.line("   %s", c.styled(dim, clean(h.Path)))
	}
	c.line("   %s", c.marked(h.Snippet, h.Marks))
	c.line("")
}

// marked sets off spans of code points; spans that do not fit are left alone.
func (c *call) marked(snippet string, marks []catalog.Span) string {
	text := []rune(clean(snippet))
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if m.Start < at || m.End > len(text) || m.End <= m.Start {
			continue
		}
		b.WriteString(string(text[at:m.Start]))
		b.WriteString(c.styled(yellow, string(text[m.Start:m.End])))
		at = m.End
	}
	b.WriteString(string(text[at:]))
	return strings.Join(strings.Fields(b.String()), " ")
}

// answered is the ask document: the content query contract and what it leaves open.
type answered struct {
	Query                 string   `json:"query"`
	Response              string   `json:"response"`
	Answered              bool     `json:"answered"`
	Mode                  string   `json:"mode"`
	AnalyzedDocumentCount int      `json:"analyzedDocumentCount"`
	CitedContent          []cited  `json:"citedContent"`
	WebSearchResults      []any    `json:"webSearchResults"`
	CitedLibraryPages     []any    `json:"citedLibraryPages"`
	Warnings              []string `json:"warnings,omitempty"`
}

// cited is one cited passage: its content and its place.
type cited struct {
	ContentID              string           `json:"contentId"`
	CategoryID             *string          `json:"categoryId"`
	DataspaceID            string           `json:"dataspaceId"`
	WorkspaceID            string           `json:"workspaceId"`
	FileName               string           `json:"fileName"`
	FileFormat             string           `json:"fileFormat"`
	Path                   string           `json:"path"`
	State                  catalog.HitState `json:"state"`
	Metadata               map[string]any   `json:"metadata"`
	InferenceTaskExecution map[string]any   `json:"inferenceTaskExecutions"`
	VectorStoreFileID      *string          `json:"vectorStoreFileId"`
	CreatedAt              time.Time        `json:"createdAt"`
	UpdatedAt              time.Time        `json:"updatedAt"`
	VersionString          *string          `json:"versionString"`
	FileURL                *string          `json:"fileUrl"`
	TaskExecutions         []any            `json:"taskExecutions"`
	RelatedVersions        []any            `json:"relatedVersions"`
	Citation               catalog.Citation `json:"citation"`
}

func ask(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		q, err := c.question(ctx, desk)
		if err != nil {
			return err
		}
		answer, err := desk.Ask(ctx, q)
		if err != nil {
			return err
		}
		c.warn(answer.Warnings)
		if !c.json {
			c.answer(answer)
			return nil
		}
		spaces, err := dataspaces(ctx, desk)
		if err != nil {
			return err
		}
		return c.document(shapeAnswer(answer, spaces))
	})
}

// dataspaces maps workspace ids to dataspace ids.
func dataspaces(ctx context.Context, desk *client.Client) (map[string]string, error) {
	list, err := desk.Workspaces(ctx)
	spaces := map[string]string{}
	for _, w := range list {
		spaces[w.ID] = w.DataspaceID
	}
	return spaces, err
}

func shapeAnswer(a catalog.Answer, spaces map[string]string) answered {
	s := answered{Query: a.Query, Response: a.Response, Answered: a.Answered, Mode: a.Mode, AnalyzedDocumentCount: a.AnalyzedDocumentCount,
		CitedContent: make([]cited, len(a.CitedContent)), WebSearchResults: []any{}, CitedLibraryPages: []any{}, Warnings: a.Warnings}
	for i, from := range a.CitedContent {
		s.CitedContent[i] = cited{
			ContentID: from.ID, DataspaceID: spaces[from.WorkspaceID], WorkspaceID: from.WorkspaceID, FileName: from.FileName,
			FileFormat: from.FileFormat, Path: from.Path, State: from.State, Metadata: from.Metadata,
			InferenceTaskExecution: map[string]any{}, CreatedAt: from.CreatedAt, UpdatedAt: from.UpdatedAt,
			TaskExecutions: []any{}, RelatedVersions: []any{}, Citation: from.Citation,
		}
	}
	return s
}

var citationMark = regexp.MustCompile(`【(\d+)】`)

// answer prints the response with its sources. People count from 1.
func (c *call) answer(a catalog.Answer) {
	text := citationMark.ReplaceAllStringFunc(cleanText(a.Response), func(mark string) string {
		n, _ := strconv.Atoi(citationMark.FindStringSubmatch(mark)[1]) // the pattern admits digits only
		return "[" + strconv.Itoa(n+1) + "]"
	})
	c.line("%s", text)
	if len(a.CitedContent) > 0 {
		c.line("")
	}
	for _, from := range a.CitedContent {
		where := from.FileName
		if from.Path != "" {
			where = from.Path
		}
		c.line("[%d] %s, page %s", from.Citation.Number+1, c.styled(bold, clean(where)), grouped(from.Citation.Page))
		c.line("    %s", c.styled(dim, "“"+clean(shortenTo(from.Citation.Quote, 240))+"”"))
	}
	if a.Answered || len(a.Nearest) == 0 {
		return
	}
	c.line("\nThe closest passages:\n")
	for _, h := range a.Nearest[:min(3, len(a.Nearest))] {
		c.hit(h)
	}
}

func shortenTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// warn tells what the result lacks.
func (c *call) warn(warnings []string) {
	for _, w := range warnings {
		c.note("%s", clean(w))
	}
}

func took(ms float64) string {
	if ms < 1000 {
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

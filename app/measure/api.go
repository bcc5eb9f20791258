package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// apiResult: what a count or a page costs over HTTP, beside the very queries that it is made of on the same database
// connections, one after the other in turns. Beyond is what the API adds: the median of the differences of the pairs.
type apiResult struct {
	Bench     string  `json:"bench"`
	Operation string  `json:"operation"`
	Rows      int     `json:"rows"`
	Matches   int     `json:"matches"` // the most of any call
	Calls     int     `json:"calls"`
	SQLP50Ms  float64 `json:"sqlP50Ms"`
	SQLP95Ms  float64 `json:"sqlP95Ms"`
	APIP50Ms  float64 `json:"apiP50Ms"`
	APIP95Ms  float64 `json:"apiP95Ms"`
	BeyondMs  float64 `json:"beyondMs"`
	Limit     float64 `json:"limit"` // milliseconds, for BeyondMs
	Ratio     float64 `json:"ratio"` // BeyondMs / Limit
}

// Rows of the two workspaces, and how often each operation is called.
const (
	countedRows = 1_000_000
	fetchedRows = 100_000
	apiCalls    = 101
)

// benchAPI fills a workspace with a million contents to be counted and another with a hundred thousand to be fetched.
func benchAPI(ctx context.Context, o Options, folder string) (any, error) {
	return measureAPI(ctx, o, folder, countedRows, fetchedRows)
}

func measureAPI(ctx context.Context, o Options, folder string, counted, fetched int) (lines, error) {
	data := filepath.Join(folder, "data")
	if err := populate(ctx, o, data, counted, fetched); err != nil {
		return nil, err
	}
	server, err := o.Serve(ctx, data)
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	ctx = catalog.WithActor(ctx, server.Engine().LocalOwner())
	if err := server.Engine().PauseAll(ctx); err != nil { // nothing of it need be read
		stop()
		return nil, errors.Join(err, server.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Run(running) }()
	results, err := askAPI(ctx, server, counted, fetched)
	stop()
	return results, errors.Join(err, <-ended, server.Close())
}

// The workspaces, the category and the formats that contents are spread over.
const (
	countedName  = "Counted"
	fetchedName  = "Fetched"
	categoryName = "Licence"
)

var formats = []string{"application/pdf", "text/plain", "image/png"}

// begin is when the first contents are made; a slice of 250 follows every minute.
var begin = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// populate makes the data directory with a clock of its own, so that the contents are spread over time.
func populate(ctx context.Context, o Options, dir string, counted, fetched int) error {
	made := 0
	options := o.Engine
	options.DataDir, options.NoModel = dir, true
	options.Now = func() time.Time { return begin.Add(time.Duration(made/250) * time.Minute) }
	e, err := engine.Open(ctx, options)
	if err != nil {
		return err
	}
	ctx = catalog.WithActor(ctx, e.LocalOwner())
	for _, w := range []struct {
		name string
		n    int
		spec func(category string, i int) engine.ContentSpec
	}{{countedName, counted, plainContent}, {fetchedName, fetched, richContent}} {
		o.say("making %d contents", w.n)
		made = 0
		workspace, err := e.CreateWorkspace(ctx, engine.WorkspaceSpec{Name: w.name})
		if err != nil {
			return errors.Join(err, e.Close())
		}
		category, err := e.CreateCategory(ctx, catalog.Category{WorkspaceID: workspace.ID, Name: categoryName, Fields: []catalog.CategoryField{
			{Key: "Holder", Type: catalog.FieldString, UniqueIndexElement: true}, {Key: "Status", Type: catalog.FieldString},
			{Key: "Business Type", Type: catalog.FieldString}, {Key: "Amount", Type: catalog.FieldNumber}}})
		if err == nil {
			err = e.Populate(ctx, workspace.ID, w.n, func(i int) engine.ContentSpec { made = i; return w.spec(category.ID, i) })
		}
		if err != nil {
			return errors.Join(err, e.Close())
		}
	}
	return e.Close()
}

// plainContent has a category in three cases of ten.
func plainContent(category string, i int) engine.ContentSpec {
	spec := engine.ContentSpec{FileName: fmt.Sprint("document ", i), FileFormat: formats[i%len(formats)]}
	if i%10 < 3 {
		spec.CategoryID = category
	}
	return spec
}

// richContent has a category and four values.
func richContent(category string, i int) engine.ContentSpec {
	pick := func(list ...string) string { return list[i*7919%9973%len(list)] }
	return engine.ContentSpec{FileName: fmt.Sprint("report ", i, ".pdf"), FileFormat: pick(formats...), CategoryID: category, Metadata: map[string]any{
		"Holder": fmt.Sprint("Holder ", i/10), "Status": pick("Draft", "Final", "Archived", "Final"), "Business Type": pick("Restaurant", "Retail", "Bar", "Hotel", "Shop"), "Amount": float64(i % 1000)}}
}

// asking is one operation to be measured. Every call asks for something else, so that none is answered from what another
// has found out.
type asking struct {
	operation string
	rows      int
	request   func(i int) (method, path string, body any)
	engine    func(ctx context.Context, i int) (matches int, err error) // the same without HTTP
}

func askAPI(ctx context.Context, server Server, counted, fetched int) (results lines, err error) {
	_, secret, err := server.Engine().CreateToken(ctx, engine.TokenSpec{Name: "bench"})
	if err != nil {
		return nil, err
	}
	client := apiClient{address: strings.TrimSuffix(server.Address(), "/"), secret: secret}
	counts, err := countings(ctx, server.Engine(), counted)
	if err != nil {
		return nil, err
	}
	fetches, err := fetchings(ctx, server.Engine(), fetched)
	if err != nil {
		return nil, err
	}
	for _, a := range append(counts, fetches...) {
		result, err := a.measure(ctx, server.Engine(), client)
		if err != nil {
			return results, err
		}
		results = append(results, result)
	}
	return results, nil
}

// place is a workspace of the measurement with its category.
func place(ctx context.Context, e *engine.Engine, name string) (w catalog.Workspace, categoryID string, err error) {
	if w, err = e.ResolveWorkspace(ctx, name); err != nil {
		return w, "", err
	}
	list, err := e.Categories(ctx, w.ID)
	if err != nil {
		return w, "", err
	}
	return w, list[0].ID, nil
}

// countings are counts with up to three matches in ten.
func countings(ctx context.Context, e *engine.Engine, rows int) ([]asking, error) {
	w, category, err := place(ctx, e, countedName)
	if err != nil {
		return nil, err
	}
	var list []asking
	for _, c := range []struct {
		operation string
		query     catalog.CountQuery
	}{
		{"count of a category", catalog.CountQuery{CategoryID: category}},
		{"count of a format", catalog.CountQuery{FileFormat: formats[0]}},
		{"count of a category and a format", catalog.CountQuery{CategoryID: category, FileFormat: formats[0]}},
	} {
		q := c.query
		since := func(i int) string { return begin.Add(time.Duration(i) * time.Minute).Format(time.RFC3339) }
		list = append(list, asking{operation: c.operation, rows: rows,
			request: func(i int) (string, string, any) {
				path := "/api/content/" + w.DataspaceID + "/count?dateFrom=" + since(i)
				if q.CategoryID != "" {
					path += "&categoryId=" + q.CategoryID
				}
				if q.FileFormat != "" {
					path += "&fileFormat=" + q.FileFormat
				}
				return http.MethodGet, path, nil
			},
			engine: func(ctx context.Context, i int) (int, error) {
				from, _ := catalog.ParseMoment(since(i)) // it was written by Format
				asked := q
				asked.WorkspaceID, asked.From = w.ID, &from
				return e.CountContents(ctx, asked)
			}})
	}
	return list, nil
}

// fetchings are pages of twenty with three filters, of many and of few matches, the first page and one further on.
func fetchings(ctx context.Context, e *engine.Engine, rows int) ([]asking, error) {
	w, _, err := place(ctx, e, fetchedName)
	if err != nil {
		return nil, err
	}
	wide := func(i int) string {
		return fmt.Sprintf(`{"fileFormat": {"in": ["application/pdf"]}, "createdAt": {"gte": %q}, "metadata": {"Status": {"ne": "Archived"}}}`,
			begin.Add(time.Duration(i)*time.Minute).Format(time.RFC3339))
	}
	narrow := func(i int) string {
		return fmt.Sprintf(`{"fileFormat": {"ne": "image/png"}, "createdAt": {"gte": "2024-01-01"}, "metadata": {"Amount": %d}}`, i)
	}
	middle, err := e.FetchContents(ctx, catalog.FetchQuery{WorkspaceID: w.ID, Limit: 1,
		Filter: &catalog.Filter{Conditions: []catalog.Condition{{Field: "fileName", Operator: catalog.OpEq, Operand: fmt.Sprint("report ", rows/2, ".pdf")}}}})
	if err != nil {
		return nil, err
	}
	if len(middle.Contents) == 0 {
		return nil, catalog.Errorf(catalog.Internal, "The contents to be fetched are not there.")
	}
	var list []asking
	for _, f := range []struct {
		operation string
		filter    func(i int) string
		cursor    string
	}{
		{"first page, many matches", wide, ""}, {"page in the middle, many matches", wide, middle.Contents[0].ID},
		{"first page, few matches", narrow, ""}, {"page in the middle, few matches", narrow, middle.Contents[0].ID},
	} {
		list = append(list, asking{operation: f.operation, rows: rows,
			request: func(i int) (string, string, any) {
				return http.MethodPost, "/api/content/" + w.DataspaceID + "/fetch?pageSize=20&cursor=" + f.cursor, map[string]any{"filters": json.RawMessage(f.filter(i))}
			},
			engine: func(ctx context.Context, i int) (int, error) {
				filter, err := catalog.ParseFilter([]byte(f.filter(i)))
				if err != nil {
					return 0, err
				}
				page, err := e.FetchContents(ctx, catalog.FetchQuery{WorkspaceID: w.ID, Limit: 20, Cursor: f.cursor, Filter: filter})
				return page.Total, err
			}})
	}
	return list, nil
}

// measure calls the API and its queries in turns, each first every other time.
func (a asking) measure(ctx context.Context, e *engine.Engine, client apiClient) (apiResult, error) {
	r := apiResult{Bench: "api", Operation: a.operation, Rows: a.rows, Calls: apiCalls, Limit: 2}
	var sqlTimes, apiTimes, beyond []time.Duration
	for i := range apiCalls + 1 {
		again, err := e.Replayed(ctx, func(ctx context.Context) error {
			matches, err := a.engine(ctx, i)
			r.Matches = max(r.Matches, matches)
			return err
		})
		if err != nil {
			return r, err
		}
		bySQL := func() error { return again(ctx) }
		byAPI := func() error { return client.do(ctx, a, i) }
		first, second := bySQL, byAPI
		if i%2 == 1 {
			first, second = byAPI, bySQL
		}
		one, errOne := timed(first)
		two, errTwo := timed(second)
		if err := errors.Join(errOne, errTwo); err != nil {
			return r, err
		}
		if i%2 == 1 {
			one, two = two, one
		}
		if i > 0 { // the first call warms up
			sqlTimes, apiTimes, beyond = append(sqlTimes, one), append(apiTimes, two), append(beyond, two-one)
		}
	}
	r.SQLP50Ms, r.SQLP95Ms = milliseconds(percentile(sqlTimes, 0.50)), milliseconds(percentile(sqlTimes, 0.95))
	r.APIP50Ms, r.APIP95Ms = milliseconds(percentile(apiTimes, 0.50)), milliseconds(percentile(apiTimes, 0.95))
	r.BeyondMs = milliseconds(percentile(beyond, 0.50))
	r.Ratio = rounded(r.BeyondMs / r.Limit)
	return r, nil
}

func timed(do func() error) (time.Duration, error) {
	start := time.Now()
	err := do()
	return time.Since(start), err
}

// apiClient calls the server as any program would.
type apiClient struct {
	http.Client
	address, secret string
}

func (c *apiClient) do(ctx context.Context, a asking, i int) error {
	method, path, body := a.request(i)
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body) // of maps and valid JSON
	}
	request, err := http.NewRequestWithContext(ctx, method, c.address+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+c.secret)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.Do(request)
	if err != nil {
		return catalog.WrapError(catalog.Internal, "The server did not answer: "+err.Error()+".", err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = catalog.Errorf(catalog.Internal, "The server answered %d: %s", answer.StatusCode, got)
	}
	return err
}

package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine"
)

// TestWalksStayRightWhileOthersWrite goes through all pages again and again, in every way that a fetch can be asked,
// while other clients add, change and delete items: what is there all the time is met exactly once, and nothing twice.
func TestWalksStayRightWhileOthersWrite(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.owner = s.agentToken()
	w := s.workspace("")
	category := s.invoices(w.DataspaceID, "Invoice")
	stable := map[string]bool{}
	for i := range 120 {
		stable[s.invoice(w.ID, category, fmt.Sprint("stable ", i))] = true
	}
	enough := make(chan struct{})
	stop := sync.OnceFunc(func() { close(enough) })
	defer stop()
	writers, ctx := errgroup.WithContext(t.Context())
	for n := range 3 {
		writers.Go(func() error { return s.churn(ctx, enough, "/api/content/"+w.DataspaceID, category, n) })
	}
	for round := range 4 {
		for what, ask := range map[string]map[string]any{
			"everything": {},
			"a filter":   {"filters": map[string]any{"metadata": map[string]any{"Amount": 7, "Paid": map[string]any{"ne": true}}, "fileFormat": "text/plain"}},
			"words":      {"query": "invoice stab", "filters": map[string]any{"categoryId": category}},
			"groups":     {"groupByVersion": true, "filters": map[string]any{"fileName": map[string]any{"startsWith": "stable"}}},
		} {
			s.walk(fmt.Sprint(what, ", round ", round), "/api/content/"+w.DataspaceID+"/fetch?pageSize=7&fields=contentId&cursor=", ask, stable)
		}
		listed := s.call(200, "GET", setsBase+"/"+w.ID, nil)
		met := map[string]bool{}
		for i := range listed.at("document_set").([]any) {
			id := listed.text("document_set", i, "id")
			if met[id] {
				t.Fatalf("%s is listed twice", id)
			}
			met[id] = true
		}
		for id := range stable {
			if !met[id] {
				t.Fatalf("%s is not listed", id)
			}
		}
	}
	stop()
	if err := writers.Wait(); err != nil {
		t.Fatal(err)
	}
	count := s.call(200, "GET", "/api/content/"+w.DataspaceID+"/count", nil).at("count")
	if all := s.call(200, "POST", "/api/content/"+w.DataspaceID+"/fetch", nil); all.at("totalItems") != count || count.(float64) < float64(len(stable)) {
		t.Errorf("in the end %v are counted and %v fetched", count, all.at("totalItems"))
	}
}

// invoice makes an item with a version string of its own.
func (s *server) invoice(workspaceID, category, name string) string {
	s.Helper()
	core := s.node.Engine()
	upload, err := core.Receive(s.asOwner(), workspaceID, strings.NewReader(name))
	if err != nil {
		s.Fatal(err)
	}
	content, err := core.CreateContent(s.asOwner(), workspaceID, engine.ContentSpec{FileName: name + ".txt", CategoryID: category,
		Metadata: map[string]any{"Vendor": name, "Number": "1", "Amount": 7.0}}, upload)
	if err != nil {
		s.Fatal(err)
	}
	return content.ID
}

// walk goes through all pages.
func (s *server) walk(what, path string, ask map[string]any, stable map[string]bool) {
	s.Helper()
	met := map[string]bool{}
	for cursor := ""; ; {
		page := s.call(200, "POST", path+cursor, ask)
		for i := range page.at("contentItems").([]any) {
			id := page.text("contentItems", i, "contentId")
			if met[id] {
				s.Fatalf("%s: %s comes twice", what, id)
			}
			met[id] = true
		}
		if total := page.at("totalItems").(float64); total < float64(len(stable)) {
			s.Fatalf("%s: %v in all", what, total)
		}
		if page.at("nextCursor") == nil {
			break
		}
		cursor = page.text("nextCursor")
	}
	for id := range stable {
		if !met[id] {
			s.Fatalf("%s: %s is missing among %d", what, id, len(met))
		}
	}
}

// churn uploads, changes and deletes items of its own over HTTP until it is enough. An answer that is not as it should be
// is the error.
func (s *server) churn(ctx context.Context, enough chan struct{}, path, category string, n int) error {
	var mine []string
	for i := 0; ; i++ {
		select {
		case <-enough:
			return nil
		default:
		}
		media, body := formBody(s.T, formPart{name: "categoryId", value: category},
			formPart{name: "metadata", value: fmt.Sprintf(`{"Vendor": "stable %d", "Number": "%d", "Amount": 7}`, i%9, i%2)}, formPart{"file", fmt.Sprint("churn ", n, i), "churn.txt", ""})
		answer, err := s.ask(ctx, 201, "POST", path, media, body)
		if err != nil {
			return err
		}
		var made struct{ ContentID string }
		if err := json.Unmarshal(answer, &made); err != nil {
			return err
		}
		mine = append(mine, made.ContentID)
		if _, err := s.ask(ctx, 200, "PUT", path+"/"+mine[0], "application/json", []byte(fmt.Sprintf(`{"metadata": {"Amount": %d}}`, i))); err != nil {
			return err
		}
		if len(mine) > 5 {
			if _, err := s.ask(ctx, 204, "DELETE", path+"/"+mine[0], "", nil); err != nil {
				return err
			}
			mine = mine[1:]
		}
	}
}

// ask sends a request from a goroutine that is not the test's.
func (s *server) ask(ctx context.Context, want int, method, path, media string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.address+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.owner)
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != want {
		err = fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, got)
	}
	return got, err
}

package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lines are the records of a JSON log.
func lines(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(log.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, record)
	}
	return all
}

func TestTheLogTellsWhoDidWhatAndNothingMore(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&written, nil))
	g := gardens()
	g.Family.Log = log
	g.Routes[0].Serve = func(w http.ResponseWriter, r *http.Request) error {
		switch r.PathValue("id") {
		case "secret-quiet":
			Quiet(r)
		case "secret-broken":
			Quiet(r)
			return errInner
		}
		Write(w, 200, "done")
		return nil
	}
	var measured []Answered
	id := &Identifier{Lookup: func(_ context.Context, secret string) (catalog.Actor, error) {
		return catalog.Actor{Kind: catalog.ActorUser, TokenID: "token-7", Abilities: []string{"gardens-read"}}, nil
	}}
	tree := Wrap(g.Handler(), Options{Log: log, Identify: id, Began: func() func(Answered) {
		return func(a Answered) { measured = append(measured, a) }
	}})

	call := func(path string) []map[string]any {
		written.Reset()
		w := answer(tree, request("GET", path, "X-Api-Key", "secret-token"))
		records := lines(t, &written)
		for _, r := range records {
			if r["id"] != w.Header().Get("X-Request-Id") || len(w.Header().Get("X-Request-Id")) != 16 {
				t.Errorf("%s: the line has the id %v, the answer %q", path, r["id"], w.Header().Get("X-Request-Id"))
			}
		}
		if strings.Contains(written.String(), "secret-") {
			t.Errorf("the log holds a secret: %s", &written)
		}
		return records
	}
	loud := call("/api/gardens/secret-a?x=secret-b")
	if len(loud) != 1 || loud[0]["route"] != "GET /api/gardens/{id}" || loud[0]["actor"] != "token-7" || loud[0]["status"] != 200.0 {
		t.Errorf("%v", loud)
	}
	if quiet := call("/api/gardens/secret-quiet"); len(quiet) != 0 {
		t.Errorf("a quiet request: %v", quiet)
	}
	if broken := call("/api/gardens/secret-broken"); len(broken) != 2 || broken[0]["level"] != "ERROR" || broken[1]["status"] != 500.0 {
		t.Errorf("a quiet request that failed: %v", broken)
	}
	if unknown := call("/api/gardens/1/2"); len(unknown) != 1 || unknown[0]["route"] != "GET /api/gardens/1/2" {
		t.Errorf("an unknown address: %v", unknown)
	}
	if len(measured) != 4 || measured[0].Route != "GET /api/gardens/{id}" || measured[2].Status != 500 || measured[3].Route != "" {
		t.Errorf("measured: %+v", measured)
	}
}

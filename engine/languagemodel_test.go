package engine_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// writingService is a chat service on loopback that streams a reply in pieces and keeps what it was asked last.
func writingService(t *testing.T, reply string) (url string, asked *atomic.Value) {
	t.Helper()
	asked = &atomic.Value{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked.Store(string(body))
		for _, piece := range strings.SplitAfter(reply, " ") {
			text, _ := json.Marshal(piece)
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", text)
		}
		io.WriteString(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1", asked
}

func set(t *testing.T, e *enginetest.Engine, url string) {
	t.Helper()
	m, err := e.SetLanguageModel(e.Owner(), catalog.LanguageModelChange{Enabled: new(true), BaseURL: &url, Model: new("small"), Key: new("its-secret")})
	if err != nil || !m.HasKey || !m.Local {
		t.Fatalf("%+v, %v", m, err)
	}
}

func TestALanguageModelWritesTheAnswer(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t, engine.Options{Assets: enginetest.Assets(t)})
	e.Watch(garden(t))
	url, asked := writingService(t, "Onions went into the long bed on the fourth of March [1].")
	set(t, e, url)
	agent, err := e.CreateAgent(e.Owner(), "Gardener", "Speak like a gardener.")
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	a, err := e.AskAsWritten(e.Owner(), catalog.Question{Text: "When did the onions go into the long bed?", AgentID: agent.ID}, func(piece string) error {
		told.WriteString(piece)
		return nil
	})
	if err != nil || a.Mode != "small" || len(a.CitedContent) != 1 || a.CitedContent[0].FileName != "onions.txt" || !strings.Contains(told.String(), "fourth of March") {
		t.Errorf("%q in mode %s with %d citations, told %q, %v", a.Response, a.Mode, len(a.CitedContent), told.String(), err)
	}
	if body, _ := asked.Load().(string); !strings.Contains(body, "Speak like a gardener.") || !strings.Contains(body, "long bed") || strings.Contains(body, "its-secret") {
		t.Errorf("asked %s", body)
	}
}

func TestQuotedSentencesAnswerWithoutTheLanguageModel(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t, engine.Options{Assets: enginetest.Assets(t)})
	e.Watch(garden(t))
	set(t, e, "http://127.0.0.1:1/v1")
	a, err := e.Ask(e.Owner(), catalog.Question{Text: "When did the onions go into the long bed?"})
	if err != nil || a.Mode != "extractive" || !a.Answered || len(a.Warnings) != 1 || !strings.Contains(a.Warnings[0], "cannot be reached") {
		t.Errorf("%q in mode %s, %v, %v", a.Response, a.Mode, a.Warnings, err)
	}
	url, _ := writingService(t, "Leeks went into it in 1812 [1].")
	set(t, e, url)
	if a, err = e.Ask(e.Owner(), catalog.Question{Text: "When did the onions go into the long bed?"}); err != nil || a.Mode != "extractive" || !strings.Contains(a.Response, "fourth of March") {
		t.Errorf("an invention: %q in mode %s, %v", a.Response, a.Mode, err)
	}
}

func TestOnlyOwnersChooseTheLanguageModel(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t, engine.Options{NoModel: true})
	if _, err := e.LanguageModel(t.Context()); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Error(err)
	}
	_, err := e.SetLanguageModel(e.Owner(), catalog.LanguageModelChange{Enabled: new(true), BaseURL: new("ftp://x")})
	if catalog.CodeOf(err) != catalog.Invalid {
		t.Error(err)
	}
	set(t, e, "http://127.0.0.1:1/v1")
	m, err := e.SetLanguageModel(e.Owner(), catalog.LanguageModelChange{BaseURL: new("https://example.org/v1")})
	if err != nil || m.HasKey || m.Local {
		t.Errorf("a key goes along to another service: %+v, %v", m, err)
	}
}

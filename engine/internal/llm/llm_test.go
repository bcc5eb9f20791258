package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service answers as serve does and is closed with the test.
func service(t *testing.T, serve http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	c, err := New(server.URL+"/v1", "small", "secret-key")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// pieces streams a reply the way such services do.
func pieces(w http.ResponseWriter, list ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, p := range list {
		text, _ := json.Marshal(p)
		fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", text)
	}
	io.WriteString(w, "data: [DONE]\n\n")
}

func TestChatStreamsTheReply(t *testing.T) {
	t.Parallel()
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Model    string
			Messages []struct{ Role, Content string }
		}
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &in); err != nil || in.Model != "small" || len(in.Messages) != 2 || in.Messages[0].Content != "rules" || in.Messages[1].Content != "question" {
			t.Errorf("asked %s, %v", body, err)
		}
		if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer secret-key" {
			t.Errorf("%s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		pieces(w, "Onions ", "in March. [1]")
	})
	var told []string
	reply, err := c.Chat(t.Context(), catalog.Prompt{System: "rules", User: "question", MaxTokens: 50}, func(p string) error { told = append(told, p); return nil })
	if err != nil || reply != "Onions in March. [1]" || len(told) != 2 {
		t.Errorf("%q in %d pieces, %v", reply, len(told), err)
	}
}

func TestFailuresAreSentences(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		401: "refuses the key", 404: `has no model "small"`, 429: "takes no more requests", 500: "failed (HTTP 500)",
	} {
		c := service(t, func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"message":"secret-key leaked"}}`, status)
		})
		_, err := c.Chat(t.Context(), catalog.Prompt{User: "q"}, nil)
		if catalog.CodeOf(err) != catalog.Unavailable || !strings.Contains(catalog.MessageOf(err), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d: %v", status, err)
		}
	}
	c := service(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://example.org/")
		w.WriteHeader(307)
	})
	if _, err := c.Chat(t.Context(), catalog.Prompt{User: "q"}, nil); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("a redirect: %v", err)
	}
	gone, err := New("http://127.0.0.1:1/v1", "m", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Chat(t.Context(), catalog.Prompt{User: "q"}, nil); !strings.Contains(catalog.MessageOf(err), "cannot be reached") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestASlowServiceIsLeft(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	c := service(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-end:
		}
	})
	defer close(end)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Chat(ctx, catalog.Prompt{User: "q"}, nil); !strings.Contains(catalog.MessageOf(err), "did not answer in time") {
		t.Error(err)
	}
	enough := errors.New("enough")
	c = service(t, func(w http.ResponseWriter, _ *http.Request) { pieces(w, "a", "b") })
	if _, err := c.Chat(t.Context(), catalog.Prompt{User: "q"}, func(string) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, local := range map[string]bool{"http://127.0.0.1:11434/v1": true, "http://localhost/v1": true, "http://[::1]:80/v1": true, "https://api.example.org/v1": false, "http://127.0.0.1.example.org/v1": false} {
		if _, err := CheckURL(address); err != nil || Local(address) != local {
			t.Errorf("%s: local %v, %v", address, Local(address), err)
		}
	}
	for _, wrong := range []string{"", "localhost:11434", "file:///etc/passwd", "http://", "http://user:pass@host/v1", "http://host/v1?key=1"} {
		if _, err := CheckURL(wrong); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func over(h http.HandlerFunc) *Client { return Over(InProcess{h}, "http://sheaf", "secret") }

func TestAnswersStreamInProcess(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	c := over(func(w http.ResponseWriter, r *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, `{"seq":%d,"kind":"contents"}`+"\n", i)
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})
	seen := 0
	err := c.Events(t.Context(), func(e catalog.Event) error {
		seen++
		next <- struct{}{}
		return nil
	})
	if err != nil || seen != 3 {
		t.Errorf("%d events, %v", seen, err)
	}
}

func TestLeavingEarlyEndsTheHandler(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	c := over(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.WriteString(w, `{"kind":"ping"}`+"\n")
		for err == nil {
			_, err = io.WriteString(w, `{"kind":"ping"}`+"\n")
		}
		ended <- errors.Join(err, r.Context().Err())
	})
	stop := errors.New("enough")
	if err := c.Events(t.Context(), func(catalog.Event) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the handler was not told: %v", err)
	}
}

func TestErrorsKeepCodeSentenceAndFields(t *testing.T) {
	t.Parallel()
	c := over(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" || r.URL.Path != "/api/desk/contents/a/b" || r.URL.EscapedPath() != "/api/desk/contents/a%2Fb" {
			t.Errorf("the server got %s with %v", r.URL.EscapedPath(), r.Header)
		}
		w.WriteHeader(400)
		io.WriteString(w, `{"error":{"code":"invalid","message":"No.","fields":[{"field":"id","message":"x"}]}}`)
	})
	_, err := c.Content(t.Context(), "a/b")
	e, ok := errors.AsType[*catalog.Error](err)
	if !ok || e.Code != catalog.Invalid || e.Message != "No." || len(e.Fields) != 1 {
		t.Errorf("%#v", err)
	}
}

func TestAServerThatIsNotSheafIsUnavailable(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]http.HandlerFunc{
		"a page": func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) },
		"a moved": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere/", http.StatusFound)
		},
		"no JSON":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") },
		"half":      func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"version":`) },
		"an aborts": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		if _, err := over(h).Status(t.Context()); catalog.CodeOf(err) != catalog.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone := New("http://127.0.0.1:1/", "", "")
	defer gone.Close()
	if _, err := gone.Status(t.Context()); catalog.CodeOf(err) != catalog.Unavailable || strings.Contains(catalog.MessageOf(err), "refused") {
		t.Errorf("nobody there: %v", err)
	}
}

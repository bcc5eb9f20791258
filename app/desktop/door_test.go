package desktop

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// TestSecondDoorGoesThroughTheFirst: a window on a directory that is open already shows what its owner shows, and says
// so when the owner has ended.
func TestSecondDoorGoesThroughTheFirst(t *testing.T) {
	t.Parallel()
	cfg := config.Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", NoModel: true}
	first, err := enter(context.Background(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := enter(context.Background(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.failed == nil || second.failed != nil {
		t.Error("the first door must own the directory, and the second must not")
	}
	if _, err := second.desk.CreateWorkspace(context.Background(), "Made through the second"); err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*door{"first": first, "second": second} {
		status, body := get(d.handler, "/api/desk/workspaces")
		if status != http.StatusOK || !strings.Contains(body, "Made through the second") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if err := first.close(); err != nil {
		t.Error(err)
	}
	if status, body := get(second.handler, "/api/desk/status"); status != http.StatusBadGateway || !strings.Contains(body, "has ended") {
		t.Errorf("after the owner has ended: %d %s", status, body)
	}
	if err := second.close(); err != nil {
		t.Error(err)
	}
}

// get asks as the page in the window does: with the web view's own origin and no token.
func get(h http.Handler, path string) (int, string) {
	r := httptest.NewRequest(http.MethodGet, "wails://wails"+path, nil)
	r.Header.Set("Origin", "wails://wails")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestAnswersInTheWindowAreWhole(t *testing.T) {
	t.Parallel()
	h := whole(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		http.ServeContent(w, r, "a.txt", time.Unix(1e9, 0), strings.NewReader("all of it"))
	}))
	for _, name := range []string{"If-None-Match", "If-Modified-Since"} {
		r := httptest.NewRequest(http.MethodGet, "wails://wails/a.txt", nil)
		r.Header.Set(name, map[string]string{"If-None-Match": `"a"`, "If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"}[name])
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.String() != "all of it" {
			t.Errorf("%s: %d %q", name, w.Code, w.Body)
		}
	}
}

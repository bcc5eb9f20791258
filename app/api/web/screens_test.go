package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestScreens(t *testing.T) {
	t.Parallel()
	built := Screens(fstest.MapFS{
		"index.html":      {Data: []byte("<!doctype html>")},
		"assets/app-1.js": {Data: []byte("1")},
		".gitkeep":        {},
	})
	cases := []struct {
		path   string
		status int
		cache  string
	}{
		{"/", 200, "no-cache"}, {"/assets/app-1.js", 200, "immutable"}, {"/assets", 404, ""}, {"/.gitkeep", 404, ""}, {"/../x", 404, ""}, {"/none", 404, ""},
	}
	for _, c := range cases {
		w := httptest.NewRecorder()
		built.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Header().Get("Cache-Control"), c.cache) {
			t.Errorf("%s: %d %q", c.path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	w := httptest.NewRecorder()
	Screens(fstest.MapFS{}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "not built") {
		t.Errorf("without a build: %d %s", w.Code, w.Body)
	}
}

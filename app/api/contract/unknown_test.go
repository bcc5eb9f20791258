package contract

import "testing"

// TestUnknownRoutes: what is not there is 404 in the family's own form, whatever is missing: the path or the method.
func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	s := started(t)
	for _, c := range []struct {
		method, path string
		members      []string
	}{
		{"GET", workspaces + "/a/b/c", []string{"success", "error"}},
		{"PATCH", workspaces, []string{"success", "error"}},
		{"GET", "/api/v1/document-sets/a/b", []string{"detail"}},
		{"DELETE", "/api/v1/document-sets", []string{"detail"}},
		{"GET", "/extractions", []string{"message"}},
		{"GET", "/extractions/nothing", []string{"message"}},
		{"PUT", sessions, []string{"message"}},
		{"GET", "/api/nothing", []string{"error"}},
		{"POST", "/api/content/sds-00000000/x/y/z", []string{"error"}},
		{"GET", "/v1/nothing", []string{"success", "error"}},
		{"POST", "/v1/datasets", []string{"success", "error"}},
	} {
		for _, slash := range []string{"", "/"} {
			got := s.call(404, c.method, c.path+slash, nil)
			has(t, got.object(), c.members...)
		}
	}
}

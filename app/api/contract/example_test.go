package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/node"
)

// example makes the call that the page of the API shows for an operation, with real ids in place of the sample's, by the
// name of the wildcard. The answer must be the first of the documented successes, as the document has it, and have the
// members that the shown answer has.
func (s *server) example(operation string, real map[string]string) reply {
	s.Helper()
	route := routeOf(s.T, operation)
	r, err := route.ExampleRequest(s.address, real)
	if err != nil {
		s.Fatal(err)
	}
	r = r.WithContext(s.Context())
	r.Header.Set("Authorization", "Bearer "+s.owner)
	got := s.expect(route.Statuses[0], r)
	if route.Example.Response != nil {
		var shown, answered any
		raw, err := json.Marshal(route.Example.Response)
		if err != nil || json.Unmarshal(raw, &shown) != nil || json.Unmarshal(got.body, &answered) != nil {
			s.Fatalf("%s: %v %s", operation, err, got.body)
		}
		if difference := compare("", shown, answered); difference != "" {
			s.Errorf("%s: the answer differs from the one that is shown: %s", operation, difference)
		}
	}
	return got
}

// routeOf is the route of an operation that has an example.
func routeOf(t *testing.T, operation string) web.Route {
	t.Helper()
	for _, family := range node.Families() {
		for _, r := range family.Routes {
			if r.Name == operation && r.Example != nil {
				return r
			}
		}
	}
	t.Fatalf("there is no operation %s with an example", operation)
	return web.Route{}
}

// compare says where a JSON value lacks a member of the one that is shown. Texts, numbers and the lengths of
// lists may differ.
func compare(at string, shown, answered any) string {
	switch a := shown.(type) {
	case map[string]any:
		b, ok := answered.(map[string]any)
		if !ok {
			return fmt.Sprintf("at %q is %v, not an object", at, answered)
		}
		for _, name := range slices.Sorted(maps.Keys(a)) {
			value, present := b[name]
			if !present {
				return fmt.Sprintf("%q has no member %q", at, name)
			}
			if d := compare(at+"."+name, a[name], value); d != "" {
				return d
			}
		}
	case []any:
		b, ok := answered.([]any)
		if !ok || len(a) > 0 && len(b) == 0 {
			return fmt.Sprintf("at %q is %v, not a list like %v", at, answered, shown)
		}
		if len(a) > 0 {
			return compare(at+"[0]", a[0], b[0])
		}
	}
	return ""
}

func TestTheExamplesOfTheDeskWork(t *testing.T) {
	t.Parallel()
	s := started(t)
	note := s.example("importContent", nil)
	s.settle()
	s.example("search", nil)
	if answer := s.example("ask", nil); answer.at("answered") != true {
		t.Errorf("the question has no answer: %s", answer.body)
	}
	s.example("getPage", map[string]string{"id": note.text("contentId"), "number": "1"})
	s.example("createWorkspace", nil)
	s.example("createToken", nil)
}

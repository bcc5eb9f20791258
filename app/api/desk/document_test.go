package desk

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

var update = flag.Bool("update", false, "write the document anew")

func TestDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := describe(New(Options{}).routes())
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(Document(), want) {
		t.Error("openapi.json is stale: run go generate ./app/api/desk")
	}
}

func TestDocumentIsValid(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(Document())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()); err != nil {
		t.Error(err)
	}
}

func TestEveryRouteIsDescribedOnce(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range New(Options{}).routes() {
		if r.name == "" || r.summary == "" || r.serve == nil || len(r.statuses) == 0 || names[r.name] {
			t.Errorf("%s %s is incomplete or shares its name", r.method, r.path)
		}
		names[r.name] = true
	}
}

package desk

import (
	"bytes"
	"flag"
	"os"
	"reflect"
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

// Two types of one name would silently share a schema.
func TestSchemaNamesAreUnique(t *testing.T) {
	t.Parallel()
	types := map[string]reflect.Type{}
	var walk func(reflect.Type)
	walk = func(ty reflect.Type) {
		switch ty.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(ty.Elem())
			return
		}
		if ty.Name() == "" || ty.PkgPath() == "" {
			return
		}
		if known, seen := types[ty.Name()]; seen {
			if known != ty {
				t.Errorf("%v and %v share a name", known, ty)
			}
			return
		}
		types[ty.Name()] = ty
		if ty.Kind() == reflect.Struct && ty != timeType {
			for i := range ty.NumField() {
				walk(ty.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[Problem]())
	for _, r := range New(Options{}).routes() {
		for _, v := range []any{r.request, r.response} {
			if v != nil {
				walk(reflect.TypeOf(v))
			}
		}
	}
}

package mcp

import (
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func fetchSchema() *jsonschema.Schema {
	s := schemaOf[fetchArguments]()
	within(s.Properties["page"], 1, anyNumber)
	s.Properties["limit"].Default = []byte("7")
	return s
}

func TestAbsentArgumentsHaveTheirDefaults(t *testing.T) {
	t.Parallel()
	a, err := newArguments(fetchSchema())
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]fetchArguments{
		`{"id":"x"}`: {ID: "x", Limit: 7},
		`{"id":"x","limit":null,"page":null,"offset":3}`: {ID: "x", Limit: 7, Offset: 3},
		`{"id":"x","limit":9.0,"page":1e2}`:              {ID: "x", Limit: 9, Page: 100},
	} {
		var got fetchArguments
		if err := a.read([]byte(raw), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v", raw, got, err)
		}
	}
}

// FuzzArguments holds that no arguments panic and that every refusal is Invalid and short.
func FuzzArguments(f *testing.F) {
	for _, raw := range []string{``, `{}`, `null`, `[]`, `{"id":1}`, `{"id":"x","page":1e400}`, `{"ID":"x"}`, `{"id":"x","id":2}`, `{"id":"x","page":999999999999}`, "\xff", `{"\u001b":0}`} {
		f.Add([]byte(raw))
	}
	a, err := newArguments(fetchSchema())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var into fetchArguments
		err := a.read(raw, &into)
		if err != nil && (catalog.CodeOf(err) != catalog.Invalid || !strings.HasSuffix(catalog.MessageOf(err), ".") || len(catalog.MessageOf(err)) > 3000) {
			t.Errorf("%q: %v", raw, err)
		}
	})
}

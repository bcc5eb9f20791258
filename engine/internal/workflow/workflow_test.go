package workflow

import (
	"fmt"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	invoice := catalog.Category{ID: "1", Name: "Invoice"}
	for _, c := range []struct{ got, want string }{
		{unsure(catalog.Verdict{}), "There was nothing to do: the workspace has no categories."},
		{unsure(catalog.Verdict{Category: invoice, Confidence: 0.799, Needed: 0.8}), "Nothing was filed: it looks most like Invoice, but that is only 79 % sure, and 80 % are needed."},
		{grounds(catalog.Verdict{}), "by what the category says of itself"},
		{grounds(catalog.Verdict{Examples: 1}), "by one document that was filed there by hand"},
		{grounds(catalog.Verdict{Examples: 12}), "by 12 documents that were filed there by hand"},
		{stated([]string{"a", "b"}, nil), "It stated a, b."},
		{stated([]string{"a"}, []string{"c (50 %)"}), "It stated a; not sure enough: c (50 %)."},
		{stated(nil, []string{"c (50 %)"}), "There was nothing to extract: nothing that it states is sure enough, not c (50 %)."},
		{stated(nil, nil), "There was nothing to extract: the document states no field that has no value yet."},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestOnlyWhatIsSureIsAssigned(t *testing.T) {
	t.Parallel()
	r := New(Options{Bar: 0.8})
	list := []catalog.Finding{{Key: "a", Found: catalog.Found{Value: 1.0, Confidence: 0.8}}, {Key: "b", Found: catalog.Found{Value: 2.0, Confidence: 0.79}},
		{Key: "c", Found: catalog.Found{Value: 3.0, Confidence: 0.1}}}
	found, doubtful := r.sure(list, catalog.Content{Metadata: map[string]any{"c": "by hand"}})
	if len(found.Metadata) != 1 || found.Metadata["a"].Value != 1.0 || fmt.Sprint(doubtful) != "[b (79 %)]" {
		t.Errorf("sure of %v, not of %v", found.Metadata, doubtful)
	}
}

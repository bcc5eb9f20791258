package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestCategoriesAreFoundByWholeWords(t *testing.T) {
	t.Parallel()
	var categories []catalog.Category
	for _, name := range []string{"Invoice", "Annual Report", "Übergabe-Protokoll", "!!", "pdf", "領収書"} {
		categories = append(categories, catalog.Category{ID: name, Name: name})
	}
	for _, c := range []struct {
		fileName, title string
		want            []string
	}{
		{"invoice_2024-03.pdf", "", []string{"Invoice"}},
		{"INVOICE.PDF", "", []string{"Invoice"}},
		{"2024.invoice", "", nil}, // what looks like an ending is no word
		{"invoices.pdf", "", nil},
		{"preinvoice.pdf", "", nil},
		{"scan.pdf", "An invoice, of sorts", []string{"Invoice"}},
		{"annual-report.docx", "", []string{"Annual Report"}},
		{"annual.docx", "Report", nil},
		{"annual (quarterly) report.docx", "", nil},
		{"report annual.docx", "", nil},
		{"ÜBERGABE protokoll 7.odt", "", []string{"Übergabe-Protokoll"}},
		{"annual report.pdf", "Invoice", []string{"Invoice", "Annual Report"}},
		{"領収書 3月.pdf", "", []string{"領収書"}},
		{"", "", nil},
	} {
		got := namedIn(categories, catalog.Content{FileName: c.fileName, Title: c.title})
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%q, %q: %v, want %v", c.fileName, c.title, got, c.want)
		}
	}
}

func TestPropertiesBecomeValues(t *testing.T) {
	t.Parallel()
	category := catalog.Category{Fields: []catalog.CategoryField{
		{Key: "TITLE", Type: catalog.FieldShortString}, {Key: "Page Count", Type: catalog.FieldNumber}, {Key: "page_count", Type: catalog.FieldString},
		{Key: "pages", Type: catalog.FieldBoolean}, {Key: "author", Type: catalog.FieldString}, {Key: "subtitle", Type: catalog.FieldString},
	}}
	for _, c := range []struct {
		content catalog.Content
		want    map[string]any
	}{
		{catalog.Content{Title: "Roses", PageCount: 3}, map[string]any{"TITLE": "Roses", "Page Count": 3.0, "page_count": "3"}},
		{catalog.Content{Title: strings.Repeat("é", 255)}, map[string]any{"TITLE": strings.Repeat("é", 255)}},
		{catalog.Content{Title: strings.Repeat("é", 256)}, map[string]any{}},
		{catalog.Content{}, map[string]any{}},
	} {
		if got := values(category, properties(c.content)); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

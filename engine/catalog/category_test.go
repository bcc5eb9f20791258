package catalog

import (
	"fmt"
	"strings"
	"testing"
)

// invoice has a field of every type.
var invoice = Category{ID: "c-1", Name: "Invoice", Fields: []CategoryField{
	{Key: "Vendor", Type: FieldString, Required: true, UniqueIndexElement: true},
	{Key: "Number", Type: FieldShortString, UniqueIndexElement: true},
	{Key: "Amount", Type: FieldNumber, Required: true},
	{Key: "Paid", Type: FieldBoolean},
	{Key: "Due", Type: FieldDate},
}}

// said lists violations as "field: message".
func said(wrong []FieldError) string {
	lines := make([]string, len(wrong))
	for i, w := range wrong {
		lines[i] = w.Field + " " + w.Message
	}
	return strings.Join(lines, "; ")
}

func TestCategoryDefinitions(t *testing.T) {
	t.Parallel()
	if got := said(invoice.Check()); got != "" {
		t.Errorf("a right one: %s", got)
	}
	if got := said(Category{Name: strings.Repeat("ä", 255)}.Check()); got != "" {
		t.Errorf("255 characters and no fields: %s", got)
	}
	bad := Category{Name: " ", Description: strings.Repeat("x", 10_001), Fields: []CategoryField{
		{Key: "", Type: "STRING"}, {Key: "a", Type: "TEXT"}, {Key: "b", Type: "DATE"}, {Key: "a", Type: ""}, {Key: strings.Repeat("k", 256), Type: "NUMBER"}, {Key: "x\x00", Type: "NUMBER"},
	}}
	var fields []string
	for _, w := range bad.Check() {
		fields = append(fields, w.Field)
	}
	if got := strings.Join(fields, " "); got != "name description fields[0].key fields[1].type fields[3].key fields[3].type fields[4].key fields[5].key" {
		t.Errorf("fields %s", got)
	}
	many := Category{Name: "n"}
	for i := range maxCategoryFields + 1 {
		many.Fields = append(many.Fields, CategoryField{Key: fmt.Sprint(i), Type: FieldString})
	}
	if got := said(many.Check()); !strings.HasPrefix(got, "fields must not be more than") {
		t.Errorf("too many fields: %s", got)
	}
}

func TestMetadataAgainstItsCategory(t *testing.T) {
	t.Parallel()
	const date = "must be a date in ISO 8601 such as 2025-01-31 or 2025-01-31T10:00:00Z"
	for _, c := range []struct {
		name     string
		metadata map[string]any
		complete bool
		want     string
	}{
		{"everything", map[string]any{"Vendor": "Acme", "Number": "7", "Amount": 1.5, "Paid": false, "Due": "2025-01-31"}, true, ""},
		{"nothing, incomplete", nil, false, ""},
		{"nothing, complete", nil, true, "metadata.Vendor is required; metadata.Number is required; metadata.Amount is required"},
		{"blank and null are missing", map[string]any{"Vendor": " ", "Number": nil, "Amount": 0.0}, true, "metadata.Vendor is required; metadata.Number is required"},
		{"all at once", map[string]any{"Vendor": 1.0, "Number": true, "Amount": "1", "Paid": "true", "Due": "31.1.2025", "Colour": "red"}, true,
			"metadata.Amount must be a number; metadata.Colour is not bound to the category Invoice; metadata.Due " + date +
				"; metadata.Number must be a text; metadata.Paid must be true or false; metadata.Vendor must be a text"},
		{"255 code points", map[string]any{"Number": strings.Repeat("😀", 255)}, false, ""},
		{"256 code points", map[string]any{"Number": strings.Repeat("a", 256)}, false, "metadata.Number must not be longer than 255 characters"},
		{"keys have cases", map[string]any{"vendor": "x"}, false, "metadata.vendor is not bound to the category Invoice"},
		{"null is absent", map[string]any{"Colour": nil, "Amount": nil}, false, ""},
		{"lists and objects are no texts", map[string]any{"Vendor": []any{"a"}, "Number": map[string]any{}}, false, "metadata.Number must be a text; metadata.Vendor must be a text"},
	} {
		if got := said(invoice.CheckMetadata(c.metadata, c.complete)); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
	for date, ok := range map[string]bool{"2025-01-31": true, "2024-02-29": true, "2025-02-29": false, "2025-13-01": false, "2025-1-1": false, "": false, "yesterday": false,
		"2025-01-31T10:00:00Z": true, "2025-01-31T10:00:00.123+02:00": true, "2025-01-31T10:00": true, "2025-01-31T25:00:00Z": false, "20250131": false, "0000-00-00": false, " 2025-01-31": false} {
		if got := len(invoice.CheckMetadata(map[string]any{"Due": date}, false)) == 0; got != ok {
			t.Errorf("the date %q is taken: %v", date, got)
		}
	}
}

func TestFormMetadata(t *testing.T) {
	t.Parallel()
	got, wrong := invoice.FormMetadata(map[string]string{"Vendor": "12", "Number": "007", "Amount": "-1.5e2", "Paid": "TRUE", "Due": "2025-01-31", "Colour": "true"})
	if len(wrong) > 0 || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", map[string]any{"Vendor": "12", "Number": "007", "Amount": -150.0, "Paid": true, "Due": "2025-01-31", "Colour": "true"}) {
		t.Errorf("%#v, %s", got, said(wrong))
	}
	for _, number := range []string{"", "NaN", "Inf", "0x10", "1_000", "1,5", "12 euros", "null", "true", `"1"`, "1e999", "+1", "01"} {
		if got, wrong := invoice.FormMetadata(map[string]string{"Amount": number}); said(wrong) != "metadata.Amount must be a number" {
			t.Errorf("the number %q is %v, %s", number, got, said(wrong))
		}
	}
	for _, flag := range []string{"", "yes", "1", "null"} {
		if _, wrong := invoice.FormMetadata(map[string]string{"Paid": flag}); said(wrong) != "metadata.Paid must be true or false" {
			t.Errorf("the flag %q: %s", flag, said(wrong))
		}
	}
}

func TestVersionString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		metadata map[string]any
		want     string
	}{
		{map[string]any{"Vendor": "ACME Ä", "Number": "B-7", "Amount": 1.0}, "invoice_acme ä_b-7"},
		{map[string]any{"Number": "b-7", "Vendor": "acme ä"}, "invoice_acme ä_b-7"},
		{map[string]any{"Vendor": "ACME"}, ""},
		{map[string]any{"Vendor": "ACME", "Number": ""}, ""},
		{nil, ""},
	} {
		if got := invoice.VersionString(c.metadata); got != c.want {
			t.Errorf("%v: %q, want %q", c.metadata, got, c.want)
		}
	}
	plain := Category{Name: "Note", Fields: []CategoryField{{Key: "a", Type: FieldString, Required: true}}}
	if got := plain.VersionString(map[string]any{"a": "x"}); got != "" {
		t.Errorf("without a unique field: %q", got)
	}
	typed := Category{Name: "T", Fields: []CategoryField{{Key: "n", Type: FieldNumber, UniqueIndexElement: true}, {Key: "b", Type: FieldBoolean, UniqueIndexElement: true}}}
	if got := typed.VersionString(map[string]any{"n": 12.0, "b": false}); got != "t_12_false" {
		t.Errorf("numbers and booleans: %q", got)
	}
}

func TestContentChanges(t *testing.T) {
	t.Parallel()
	before := Content{CategoryID: "c-1", Metadata: map[string]any{"Vendor": "Acme", "Legacy": true}, Inference: map[string]any{"a": "1"}}
	after := ContentChange{Metadata: map[string]any{"Vendor": nil, "Amount": 2.0}, Inference: map[string]any{"b": "2"}}.Apply(before)
	if fmt.Sprint(after.Metadata, after.Inference) != "map[Amount:2 Legacy:true] map[a:1 b:2]" || after.CategoryID != "c-1" || len(before.Metadata) != 2 || before.Metadata["Vendor"] != "Acme" {
		t.Errorf("after %+v, before %+v", after, before)
	}
	other := Category{ID: "c-2", Name: "Other", Fields: invoice.Fields}
	for _, c := range []struct {
		name     string
		change   ContentChange
		category *Category
		want     string
	}{
		{"another key of the same category", ContentChange{Metadata: map[string]any{"Amount": 1.0}}, &invoice, ""},
		{"an unbound key", ContentChange{Metadata: map[string]any{"Colour": 1.0}}, &invoice, "metadata.Colour is not bound to the category Invoice"},
		{"an unbound key goes", ContentChange{Metadata: map[string]any{"Legacy": nil}}, &invoice, ""},
		{"the same category again", ContentChange{CategoryID: new("c-1")}, &invoice, ""},
		{"another category", ContentChange{CategoryID: new("c-2")}, &other, "metadata.Legacy is not bound to the category Other"},
		{"another category without it", ContentChange{CategoryID: new("c-2"), Metadata: map[string]any{"Legacy": nil}}, &other, ""},
		{"no category", ContentChange{Metadata: map[string]any{"anything": []any{1.0, map[string]any{"a": "b"}}}}, nil, ""},
		{"bad keys and texts", ContentChange{Metadata: map[string]any{"": 1.0, "a": []any{"x\x00"}, strings.Repeat("k", 256): true}}, nil,
			"metadata. must not be blank; metadata." + strings.Repeat("k", 80) + "… must not be longer than 255 characters; metadata.a must be text without zero characters, in UTF-8"},
		{"executions", ContentChange{Inference: map[string]any{"a": nil, "b": "x", "c": 1.0, "d": ""}}, nil,
			"inferenceTaskExecutions.c must be the id of a task execution, or null; inferenceTaskExecutions.d must not be blank"},
	} {
		if got := said(c.change.Check(before, c.category)); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
	if !(ContentChange{}).Empty() || (ContentChange{CategoryID: new("")}).Empty() {
		t.Error("what is empty")
	}
}

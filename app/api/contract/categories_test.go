package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/categories/" + s.workspace("").DataspaceID
	if got := s.call(200, "GET", all+"/", nil); string(got.body) != "{\"categories\":[]}\n" {
		t.Errorf("a new dataspace has %s", got.body)
	}
	fields := []map[string]any{{"key": "Vendor", "type": "STRING", "required": true, "uniqueIndexElement": true}, {"key": "Amount", "type": "NUMBER"},
		{"key": "Short", "type": "SHORT_STRING"}, {"key": "Paid", "type": "BOOLEAN", "required": false}, {"key": "Due", "type": "DATE"}}
	made := s.call(201, "POST", all, map[string]any{"name": " Invoice ", "description": "What is owed", "fields": fields})
	has(t, made.object(), "id", "name", "description", "fields")
	has(t, made.at("fields", 1), "key", "type", "required", "uniqueIndexElement")
	if made.text("name") != "Invoice" || made.text("description") != "What is owed" || !catalog.ValidID(made.text("id")) || fmt.Sprint(made.at("fields", 0)) != "map[key:Vendor required:true type:STRING uniqueIndexElement:true]" ||
		fmt.Sprint(made.at("fields", 1)) != "map[key:Amount required:false type:NUMBER uniqueIndexElement:false]" {
		t.Errorf("made %s", made.body)
	}
	one := all + "/" + made.text("id")
	if got := s.call(200, "GET", one+"/", nil); string(got.body) != string(made.body) {
		t.Errorf("got %s", got.body)
	}
	note := s.call(201, "POST", all+"/", map[string]any{"name": "Note"})
	if fmt.Sprint(note.at("fields")) != "[]" || note.text("description") != "" {
		t.Errorf("made %s", note.body)
	}
	if list := s.call(200, "GET", all, nil); list.at("categories", 0, "id") != made.at("id") || list.at("categories", 1, "id") != note.at("id") || len(list.at("categories").([]any)) != 2 {
		t.Errorf("the list is %s", list.body)
	}
	for _, body := range []any{nil, map[string]any{}, map[string]any{"name": nil, "fields": nil}} {
		if got := s.call(200, "PUT", one, body); string(got.body) != string(made.body) {
			t.Errorf("%v changed it to %s", body, got.body)
		}
	}
	if got := s.call(200, "PUT", one, map[string]any{"name": "INVOICE", "description": ""}); got.text("name") != "INVOICE" || got.text("description") != "" || len(got.at("fields").([]any)) != 5 {
		t.Errorf("renamed to %s", got.body)
	}
	if got := s.call(200, "PUT", one, map[string]any{"fields": fields[:1]}); got.text("name") != "INVOICE" || len(got.at("fields").([]any)) != 1 {
		t.Errorf("changed to %s", got.body)
	}
	s.call(409, "POST", all, map[string]any{"name": "invoice"})
	s.call(409, "PUT", one, map[string]any{"name": "note "})
	elsewhere := "/api/categories/" + s.workspace("Second").DataspaceID
	s.call(201, "POST", elsewhere, map[string]any{"name": "Invoice"})
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		for _, id := range append(strangeIDs(), made.text("id")) {
			s.call(404, method, elsewhere+"/"+id, nil)
		}
		s.call(404, method, "/api/categories/sds-00000000/"+made.text("id"), nil)
	}
	s.call(404, "POST", "/api/categories/x", map[string]any{"name": "a"})

	reader, viewer := s.token(engine.TokenSpec{Abilities: []string{"content-read"}}), s.person(catalog.RoleViewer)
	s.callAs(reader, 200, "GET", one, nil)
	s.callAs(reader, 403, "PUT", one, nil)
	s.callAs(viewer, 200, "GET", all, nil)
	s.callAs(viewer, 403, "DELETE", one, nil)
	s.callAs("", 401, "GET", all, nil)
	s.archive(s.workspace("").ID)
	s.call(200, "GET", all, nil)
	s.call(409, "POST", all, map[string]any{"name": "Closed"})
	s.call(409, "DELETE", one, nil)
}

func TestCategoriesThatAreUsed(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	id := s.invoices(dataspace, "Invoice")
	one, items := "/api/categories/"+dataspace+"/"+id, "/api/content/"+dataspace
	item := s.uploaded(201, items, formPart{name: "categoryId", value: id}, formPart{name: "metadata", value: `{"Vendor": "Acme", "Number": "7", "Amount": 1}`}, formPart{"file", "x", "x.txt", ""}).text("contentId")
	s.call(409, "DELETE", one, nil)

	// What finds an item by its category, and what groups it, follows the category.
	found := func(query string) int {
		return int(s.call(200, "POST", items+"/fetch", map[string]any{"query": query}).at("totalItems").(float64))
	}
	s.call(200, "PUT", one, map[string]any{"name": "Bill", "fields": []map[string]any{{"key": "Vendor", "type": "STRING", "uniqueIndexElement": true}}})
	if found("invoice") != 0 || found("bill acme") != 1 {
		t.Errorf("found as invoice %d times, as bill %d times", found("invoice"), found("bill acme"))
	}
	other := s.uploaded(201, items, formPart{name: "categoryId", value: id}, formPart{name: "metadata[Vendor]", value: "ACME"}, formPart{"file", "y", "y.txt", ""}).text("contentId")
	grouped := s.call(200, "POST", items+"/fetch", map[string]any{"groupByVersion": true})
	if grouped.at("totalItems") != 1.0 || grouped.at("contentItems", 0, "relatedVersions", 0, "id") == grouped.at("contentItems", 0, "contentId") {
		t.Errorf("grouped %s", grouped.body)
	}
	// The item keeps what the fields no longer have; it is not asked for again, and may go.
	got := s.call(200, "PUT", items+"/"+item, map[string]any{"metadata": map[string]any{"Vendor": "Acme & Co"}})
	if fmt.Sprint(got.at("metadata")) != "map[Amount:1 Number:7 Vendor:Acme & Co]" {
		t.Errorf("it has %s", got.body)
	}
	s.call(400, "PUT", items+"/"+item, map[string]any{"metadata": map[string]any{"Amount": 2}})
	s.call(200, "PUT", items+"/"+item, map[string]any{"metadata": map[string]any{"Amount": nil}})
	s.call(204, "DELETE", items+"/"+item, nil)
	s.call(409, "DELETE", one, nil)
	s.call(204, "DELETE", items+"/"+other, nil)
	if got := s.call(204, "DELETE", one, nil); len(got.body) != 0 {
		t.Errorf("deleted with a body %q", got.body)
	}
	s.call(404, "GET", one, nil)
	s.call(404, "DELETE", one, nil)
	s.restore(item)
	if got := s.call(200, "PUT", items+"/"+item, map[string]any{"metadata": map[string]any{"any": true}}); got.at("metadata", "any") != true {
		t.Errorf("restored without its category: %s", got.body)
	}
}

func TestCategoriesThatAreWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	all := "/api/categories/" + s.workspace("").DataspaceID
	right := map[string]any{"name": "Invoice", "description": "d", "fields": []any{map[string]any{"key": "a", "type": "STRING"}}}
	one := all + "/" + s.call(201, "POST", all, object(right, "name", "Other")).text("id")
	field := func(changes ...any) []any {
		return []any{object(map[string]any{"key": "k", "type": "DATE"}, changes...)}
	}
	var many []any
	for i := range 201 {
		many = append(many, map[string]any{"key": fmt.Sprint(i), "type": "STRING"})
	}
	for what, c := range map[string]struct {
		body any
		want string
	}{
		"blank":          {object(right, "name", " "), "name"},
		"long":           {object(right, "name", strings.Repeat("ä", 256), "description", strings.Repeat("x", 10_001)), "description name"},
		"wrong types":    {object(right, "name", 1, "description", true, "fields", map[string]any{}), "description fields name"},
		"a field's":      {object(right, "fields", field("key", 1, "type", 2, "required", "yes", "uniqueIndexElement", 0)), "fields[0].key fields[0].required fields[0].type fields[0].uniqueIndexElement"},
		"no key":         {object(right, "fields", field("key", absent)), "fields[0].key"},
		"blank key":      {object(right, "fields", field("key", " ")), "fields[0].key"},
		"long key":       {object(right, "fields", field("key", strings.Repeat("k", 256))), "fields[0].key"},
		"no type":        {object(right, "fields", field("type", absent)), "fields[0].type"},
		"other type":     {object(right, "fields", field("type", "string")), "fields[0].type"},
		"twice":          {object(right, "fields", append(field(), field()...)), "fields[1].key"},
		"too many":       {object(right, "fields", many), "fields"},
		"null in a list": {object(right, "fields", []any{nil}), "fields[0]"},
		"twice in JSON":  {[]byte(`{"name": "a", "name": "b"}`), "name"},
		"NUL":            {[]byte(`{"name": "\u0000"}`), "name"},
		"no UTF-8":       {[]byte("{\"name\": \"\xff\"}"), "name"},
	} {
		for _, try := range []struct{ method, path string }{{"POST", all}, {"PUT", one}} {
			if got := s.call(400, try.method, try.path, c.body); got.wrongFields() != c.want {
				t.Errorf("%s %s: %s, want %s", try.method, what, got.body, c.want)
			}
		}
	}
	if got := s.call(400, "POST", all, object(right, "name", absent)); got.wrongFields() != "name" {
		t.Errorf("no name: %s", got.body)
	}
	for what, body := range wrongBodies() {
		if got := s.call(400, "POST", all, body); got.at("error", "code") != "invalid" {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	s.call(201, "POST", all, object(right, "name", strings.Repeat("😀", 255), "fields", many[:200]))
	s.call(413, "POST", all, []byte(`{"name": "`+strings.Repeat("x", 2<<20)+`"}`))
}

func TestTheExamplesOfContentItems(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	s.imported("", "report.txt", "quinces")
	real := map[string]string{"dataspaceId": w.DataspaceID}
	s.example("createCategory", real)
	s.example("countContentItems", real)
	if got := s.example("fetchContentItems", real); got.at("contentItems", 0, "fileName") != "report.txt" {
		t.Errorf("fetched %s", got.body)
	}
}

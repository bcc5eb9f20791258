package contract

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// formPart is a field of a form, or a file when it has a file name; format is the media type that the file comes with.
type formPart struct{ name, value, file, format string }

// formBody writes a form.
func formBody(t *testing.T, parts ...formPart) (media string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, p := range parts {
		header := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"`, p.name)}}
		if p.file != "" {
			header["Content-Disposition"][0] += fmt.Sprintf(`; filename="%s"`, p.file)
		}
		if p.format != "" {
			header.Set("Content-Type", p.format)
		}
		w, err := form.CreatePart(header)
		if err == nil {
			_, err = io.WriteString(w, p.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), b.Bytes()
}

// form is the owner's request with a form.
func (s *server) form(path string, parts ...formPart) *http.Request {
	s.Helper()
	media, body := formBody(s.T, parts...)
	r := s.request("POST", path, body)
	r.Header.Set("Content-Type", media)
	return r
}

// uploaded sends a form as the owner.
func (s *server) uploaded(want int, path string, parts ...formPart) reply {
	s.Helper()
	return s.expect(want, s.form(path, parts...))
}

// invoices makes a category with a field of every type and returns its id.
func (s *server) invoices(dataspace, name string) string {
	s.Helper()
	return s.call(201, "POST", "/api/categories/"+dataspace, map[string]any{"name": name, "fields": []map[string]any{
		{"key": "Vendor", "type": "STRING", "required": true, "uniqueIndexElement": true}, {"key": "Number", "type": "SHORT_STRING", "uniqueIndexElement": true},
		{"key": "Amount", "type": "NUMBER", "required": true}, {"key": "Paid", "type": "BOOLEAN"}, {"key": "Due", "type": "DATE"},
	}}).text("id")
}

// left is everything that the data directory holds of contents: rows, small blobs, files.
func (s *server) left() string {
	s.Helper()
	var counts []string
	s.look(func(table string, n int) { counts = append(counts, fmt.Sprint(table, " ", n)) },
		"content", "content_value", "small_blob", "item", "item_field", "name_text")
	err := filepath.WalkDir(filepath.Join(s.dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			counts = append(counts, d.Name())
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return strings.Join(counts, "\n")
}

func TestCreatedItems(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	all, category := "/api/content/"+dataspace, s.invoices(dataspace, "Invoice")
	file := formPart{"file", "Nine crates of quinces.", "dir/quinces.txt", ""}
	id, vendor, number, amount := formPart{name: "categoryId", value: category}, formPart{name: "metadata[Vendor]", value: "Ärger & Co"},
		formPart{name: "metadata[Number]", value: "007"}, formPart{name: "metadata[Amount]", value: "-1.5e2"}
	for what, c := range map[string]struct {
		query    string
		parts    []formPart
		name     string
		format   string
		metadata string
	}{
		"file first":    {"", []formPart{file, id, vendor, number, amount}, "quinces.txt", "text/plain", "map[Amount:-150 Number:007 Vendor:Ärger & Co]"},
		"file last":     {"/", []formPart{id, vendor, number, amount, file}, "quinces.txt", "text/plain", "map[Amount:-150 Number:007 Vendor:Ärger & Co]"},
		"every type":    {"", []formPart{id, vendor, number, amount, {name: "metadata[Paid]", value: "True"}, {name: "metadata[Due]", value: "2025-01-31"}, file}, "quinces.txt", "text/plain", "map[Amount:-150 Due:2025-01-31 Number:007 Paid:true Vendor:Ärger & Co]"},
		"metadata":      {"", []formPart{id, {name: "metadata", value: ` {"Vendor": "A", "Number": "B", "Amount": 3, "Paid": null} `}, file}, "quinces.txt", "text/plain", "map[Amount:3 Number:B Vendor:A]"},
		"both":          {"", []formPart{id, {name: "metadata", value: `{"Vendor": "A", "Amount": 3}`}, number, file}, "quinces.txt", "text/plain", "map[Amount:3 Number:007 Vendor:A]"},
		"incomplete":    {"?validateRequiredMetadata=false", []formPart{id, file}, "quinces.txt", "text/plain", "map[]"},
		"empty object":  {"?validateRequiredMetadata=false", []formPart{id, {name: "metadata", value: "{}"}, file}, "quinces.txt", "text/plain", "map[]"},
		"upper case id": {"?validateRequiredMetadata=false", []formPart{{name: "categoryId", value: strings.ToUpper(category)}, file}, "quinces.txt", "text/plain", "map[]"},
		"named":         {"?validateRequiredMetadata=false", []formPart{id, {name: "fileName", value: "Größe 漢字.pdf"}, {name: "fileFormat", value: "Application/PDF; version=1"}, file}, "Größe 漢字.pdf", "application/pdf", "map[]"},
		"a place":       {"?validateRequiredMetadata=false", []formPart{id, {name: "fileName", value: `C:\docs\..\a.md`}, file}, "a.md", "text/markdown", "map[]"},
		"part's format": {"?validateRequiredMetadata=false", []formPart{id, {"file", "x", "a.bin", "text/csv; charset=utf-8"}}, "a.bin", "text/csv", "map[]"},
		"no format":     {"?validateRequiredMetadata=false", []formPart{id, {"file", "%PDF-1.7\n", "a.bin", "application/octet-stream"}}, "a.bin", "application/pdf", "map[]"},
		"other name":    {"?validateRequiredMetadata=false", []formPart{id, {"document", "x", "a.txt", ""}}, "a.txt", "text/plain", "map[]"},
		"empty file":    {"?validateRequiredMetadata=false", []formPart{id, {"file", "", "empty.txt", ""}}, "empty.txt", "text/plain", "map[]"},
		"other fields":  {"?validateRequiredMetadata=false", []formPart{id, {name: "colour", value: "red"}, file}, "quinces.txt", "text/plain", "map[]"},
	} {
		got := s.uploaded(201, all+c.query, c.parts...)
		has(t, got.object(), "contentId", "categoryId", "dataspaceId", "fileName", "fileFormat", "metadata", "inferenceTaskExecutions", "vectorStoreFileId", "createdAt", "updatedAt")
		if got.at("fileName") != c.name || got.at("fileFormat") != c.format || fmt.Sprint(got.at("metadata")) != c.metadata || got.at("categoryId") != category ||
			got.at("dataspaceId") != dataspace || got.at("createdAt") != got.at("updatedAt") || fmt.Sprint(got.at("inferenceTaskExecutions")) != "map[]" {
			t.Errorf("%s: %s", what, got.body)
		}
		if want := all + "/" + got.text("contentId"); got.header.Get("Location") != want {
			t.Errorf("%s: it is at %s, want %s", what, got.header.Get("Location"), want)
		}
		read := s.call(200, "GET", all+"/"+got.text("contentId"), nil)
		if fmt.Sprint(read.at("metadata")) != c.metadata || read.at("fileFormat") != c.format {
			t.Errorf("%s: read %s", what, read.body)
		}
	}
	// What reading finds out does not overrule what the sender has said, and the vector file has an id from then on.
	made := s.uploaded(201, all+"?validateRequiredMetadata=false", id, formPart{name: "fileFormat", value: "application/x-own"}, file)
	s.settle()
	read := s.call(200, "GET", all+"/"+made.text("contentId"), nil)
	if read.at("fileFormat") != "application/x-own" || made.at("vectorStoreFileId") != nil && made.at("vectorStoreFileId") != read.at("vectorStoreFileId") || !strings.HasPrefix(read.text("vectorStoreFileId"), "file-") {
		t.Errorf("after it was read: %s", read.body)
	}
}

func TestFormsThatAreWrong(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	all, category := "/api/content/"+dataspace, s.invoices(dataspace, "Invoice")
	elsewhere := s.invoices(s.workspace("Other").DataspaceID, "Invoice")
	file, id := formPart{"file", strings.Repeat("quinces ", 20_000), "quinces.txt", ""}, formPart{name: "categoryId", value: category}
	before := s.left()
	for what, c := range map[string]struct {
		query string
		parts []formPart
		want  string
	}{
		"nothing":               {"", nil, "categoryId file"},
		"no category":           {"", []formPart{file}, "categoryId"},
		"no UUID":               {"", []formPart{{name: "categoryId", value: "x"}, file}, "categoryId"},
		"unknown category":      {"", []formPart{{name: "categoryId", value: unseenID()}, file}, "categoryId"},
		"category of another":   {"", []formPart{{name: "categoryId", value: elsewhere}, file}, "categoryId"},
		"two categories":        {"", []formPart{id, id, file}, "categoryId"},
		"no file":               {"?validateRequiredMetadata=false", []formPart{id}, "file"},
		"a file without a name": {"?validateRequiredMetadata=false", []formPart{id, {name: "file", value: "x"}}, "fileName"},
		"two files":             {"?validateRequiredMetadata=false", []formPart{id, file, file}, "file"},
		"two other files":       {"?validateRequiredMetadata=false", []formPart{id, file, {"scan", "x", "x.txt", ""}}, "scan"},
		"missing metadata":      {"", []formPart{file, id}, "metadata.Amount metadata.Number metadata.Vendor"},
		"only false is off":     {"?validateRequiredMetadata=False", []formPart{file, id}, "metadata.Amount metadata.Number metadata.Vendor"},
		"0 is on":               {"?validateRequiredMetadata=0", []formPart{file, id}, "metadata.Amount metadata.Number metadata.Vendor"},
		"true is on":            {"?validateRequiredMetadata=true", []formPart{file, id}, "metadata.Amount metadata.Number metadata.Vendor"},
		"given twice":           {"?validateRequiredMetadata=false&validateRequiredMetadata=false", []formPart{file, id}, "validateRequiredMetadata"},
		"blank is missing":      {"", []formPart{file, id, {name: "metadata[Vendor]", value: " "}, {name: "metadata[Number]", value: "1"}, {name: "metadata[Amount]", value: "1"}}, "metadata.Vendor"},
		"wrong types": {"", []formPart{file, id, {name: "metadata[Vendor]", value: "v"}, {name: "metadata[Number]", value: strings.Repeat("7", 256)}, {name: "metadata[Amount]", value: "12 euros"},
			{name: "metadata[Paid]", value: "yes"}, {name: "metadata[Due]", value: "2025-02-30"}, {name: "metadata[Colour]", value: "red"}}, "metadata.Amount metadata.Colour metadata.Due metadata.Number metadata.Paid"},
		"wrong types in JSON": {"", []formPart{file, id, {name: "metadata", value: `{"Vendor": 1, "Number": true, "Amount": "1", "Paid": "true", "Due": 7, "Colour": null}`}},
			"metadata.Amount metadata.Due metadata.Number metadata.Paid metadata.Vendor"},
		"no JSON":             {"", []formPart{file, id, {name: "metadata", value: "author=x"}}, "metadata"},
		"empty metadata":      {"", []formPart{file, id, {name: "metadata", value: ""}}, "metadata"},
		"a list":              {"", []formPart{file, id, {name: "metadata", value: "[1]"}}, "metadata"},
		"null":                {"", []formPart{file, id, {name: "metadata", value: "null"}}, "metadata"},
		"more than an object": {"", []formPart{file, id, {name: "metadata", value: `{}, "x": {}`}}, "metadata"},
		"a key twice in JSON": {"", []formPart{file, id, {name: "metadata", value: `{"Vendor": "a", "Vendor": "b"}`}}, "metadata.Vendor"},
		"a NUL in JSON":       {"", []formPart{file, id, {name: "metadata", value: `{"Vendor": "\u0000"}`}}, "metadata.Vendor"},
		"a key twice":         {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[Vendor]", value: "a"}, {name: "metadata[Vendor]", value: "b"}}, "metadata.Vendor"},
		"a key in both":       {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[Vendor]", value: "a"}, {name: "metadata", value: `{"Vendor": "b"}`}}, "metadata.Vendor"},
		"no key":              {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[]", value: "a"}, {name: "metadata[x", value: "a"}}, "metadata[] metadata[x"},
		"nested keys":         {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[a][b]", value: "a"}}, "metadata.a][b"},
		"NUL in a field":      {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[Vendor]", value: "a\x00"}}, "metadata[Vendor]"},
		"no UTF-8":            {"?validateRequiredMetadata=false", []formPart{file, id, {name: "metadata[Vendor]", value: "\xff"}}, "metadata[Vendor]"},
		"NUL in the name":     {"?validateRequiredMetadata=false", []formPart{file, id, {name: "fileName", value: "a\x00.txt"}}, "fileName"},
		"name too long":       {"?validateRequiredMetadata=false", []formPart{file, id, {name: "fileName", value: strings.Repeat("ä", 256)}}, "fileName"},
		"name of a place":     {"?validateRequiredMetadata=false", []formPart{file, id, {name: "fileName", value: "a/"}}, "fileName"},
		"no MIME type":        {"?validateRequiredMetadata=false", []formPart{file, id, {name: "fileFormat", value: "pdf"}, {name: "fileName", value: ".."}}, "fileFormat fileName"},
		"a MIME type of two":  {"?validateRequiredMetadata=false", []formPart{file, id, {name: "fileFormat", value: "a/b/c"}}, "fileFormat"},
	} {
		got := s.uploaded(400, all+c.query, c.parts...)
		if fields := got.wrongFields(); fields != c.want {
			t.Errorf("%s: fields %s, want %s: %s", what, fields, c.want, got.body)
		}
	}
	media, whole := formBody(t, id, file)
	for what, c := range map[string]struct {
		media string
		body  []byte
	}{
		"no media type": {"", whole}, "JSON": {"application/json", []byte(`{"categoryId": "x"}`)}, "no boundary": {"multipart/form-data", whole}, "mixed": {strings.Replace(media, "form-data", "mixed", 1), whole},
		"other boundary": {media + "x", whole}, "cut in the file": {media, whole[:len(whole)/2]}, "cut at the end": {media, whole[:len(whole)-6]}, "empty": {media, nil},
	} {
		r := s.request("POST", all+"?validateRequiredMetadata=false", c.body)
		r.Header.Set("Content-Type", c.media)
		if got := s.expect(400, r); got.at("error", "code") != "invalid" {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	s.uploaded(413, all, id, formPart{name: "metadata[Vendor]", value: strings.Repeat("x", 100_000)}, file)
	if after := s.left(); after != before {
		t.Errorf("what was refused left something:\n%s\nbefore:\n%s", after, before)
	}
	for _, dataspace := range []string{"sds-00000000", "x", s.workspace("").ID} {
		s.uploaded(404, "/api/content/"+dataspace, id, file)
	}
}

// TestAnUploadThatBreaksOffLeavesNothing cuts the connection in the middle of a large file.
func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	category := s.invoices(dataspace, "Invoice")
	media, body := formBody(t, formPart{name: "categoryId", value: category}, formPart{"file", strings.Repeat("quinces ", 1<<18), "a.txt", ""})
	before := s.left()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST /api/content/%s?validateRequiredMetadata=false HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		dataspace, strings.TrimPrefix(s.address, "http://"), s.owner, media, len(body))
	if _, err := connection.Write(body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	arrived := func() bool {
		partial, err := filepath.Glob(filepath.Join(s.dir, "blobs", ".partial-*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(partial) > 0
	}
	s.eventually("the file arrives", arrived)
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, err := http.ReadResponse(bufio.NewReader(connection), nil); err != nil || answer.StatusCode != 400 {
		t.Errorf("the answer is %v, %v", answer, err)
	}
	connection.Close()
	s.eventually("the file is gone", func() bool { return !arrived() })
	if after := s.left(); after != before {
		t.Errorf("it left something:\n%s\nbefore:\n%s", after, before)
	}
}

// eventually waits until something holds.
func (s *server) eventually(what string, holds func() bool) {
	s.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(time.Minute); !holds(); <-ticker.C {
		if time.Now().After(end) {
			s.Fatalf("in vain: %s", what)
		}
	}
}

// TestLargeUploadsTakeNoMemory sends a file much larger than what the heap may grow by. No test runs beside it: the heap
// is everybody's.
func TestLargeUploadsTakeNoMemory(t *testing.T) {
	s := started(t)
	dataspace := s.workspace("").DataspaceID
	category := s.invoices(dataspace, "Invoice")
	const size, room = 192 << 20, 48 << 20
	media, body := formBody(t, formPart{name: "categoryId", value: category}, formPart{"file", "|", "large.bin", ""})
	head, tail, _ := bytes.Cut(body, []byte("|"))
	sum := sha256.New()
	file := io.TeeReader(io.LimitReader(endless{}, size), sum)
	var start, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&start)
	most := uint64(0)
	watched := watch{Reader: file, every: 16 << 20, look: func() {
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse)
	}}
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.address+"/api/content/"+dataspace+"?validateRequiredMetadata=false", io.MultiReader(bytes.NewReader(head), &watched, bytes.NewReader(tail)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", media)
	r.Header.Set("Authorization", "Bearer "+s.owner)
	made := s.expect(201, r)
	if most > start.HeapInuse+room {
		t.Errorf("the heap grew from %d to %d MiB", start.HeapInuse>>20, most>>20)
	}
	content, err := s.node.Engine().Content(s.asOwner(), made.text("contentId"))
	if err != nil || content.Size != size || content.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		t.Errorf("stored %d bytes, %v", content.Size, err)
	}
}

// endless gives bytes without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

// watch looks at something as bytes go by.
type watch struct {
	io.Reader
	read, every int
	look        func()
}

func (w *watch) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.read/w.every != (w.read+n)/w.every {
		w.look()
	}
	w.read += n
	return n, err
}

func TestUpdatedItems(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	category, elsewhere := s.invoices(w.DataspaceID, "Invoice"), s.invoices(s.workspace("Other").DataspaceID, "Invoice")
	note := s.call(201, "POST", "/api/categories/"+w.DataspaceID, map[string]any{"name": "Note", "fields": []map[string]any{{"key": "Vendor", "type": "STRING"}}}).text("id")
	one := "/api/content/" + w.DataspaceID + "/" + s.imported("", "a.txt", "quinces").ID
	s.settle()
	got := s.call(200, "PUT", one, map[string]any{"metadata": map[string]any{"Vendor": "Acme", "Amount": 7, "any": []any{1, map[string]any{"deep": true}}, "null": nil}})
	if fmt.Sprint(got.at("metadata")) != "map[Amount:7 Vendor:Acme any:[1 map[deep:true]]]" || got.at("categoryId") != nil {
		t.Errorf("without a category: %s", got.body)
	}
	for _, body := range []any{nil, map[string]any{}, map[string]any{"categoryId": nil, "metadata": nil, "inferenceTaskExecutions": nil}, map[string]any{"colour": 1}, []byte(" ")} {
		if same := s.call(200, "PUT", one+"/", body); string(same.body) != string(got.body) {
			t.Errorf("%v changed it to %s", body, same.body)
		}
	}
	for what, c := range map[string]struct {
		body any
		want string
	}{
		"unknown category":   {map[string]any{"categoryId": unseenID()}, "categoryId"},
		"another's category": {map[string]any{"categoryId": elsewhere}, "categoryId"},
		"no UUID":            {map[string]any{"categoryId": ""}, "categoryId"},
		"number":             {map[string]any{"categoryId": 7, "metadata": []any{}, "inferenceTaskExecutions": "x"}, "categoryId inferenceTaskExecutions metadata"},
		"unbound":            {map[string]any{"categoryId": category}, "metadata.any"},
		"type of the merged": {map[string]any{"categoryId": category, "metadata": map[string]any{"any": nil, "Amount": "7"}}, "metadata.Amount"},
		"executions":         {map[string]any{"inferenceTaskExecutions": map[string]any{"a": 1, "": "x"}}, "inferenceTaskExecutions. inferenceTaskExecutions.a"},
		"keys":               {map[string]any{"metadata": map[string]any{"": 1, strings.Repeat("k", 256): 1}}, "metadata. metadata." + strings.Repeat("k", 80) + "…"},
		"twice":              {[]byte(`{"metadata": {"a": 1, "a": 2}}`), "metadata.a"},
		"NUL":                {[]byte(`{"metadata": {"a": "\u0000"}}`), "metadata.a"},
		"no UTF-8":           {[]byte("{\"metadata\": {\"a\": \"\xff\"}}"), "metadata.a"},
	} {
		if wrong := s.call(400, "PUT", one, c.body); wrong.wrongFields() != c.want {
			t.Errorf("%s: %s, want %s", what, wrong.body, c.want)
		}
	}
	for what, body := range wrongBodies() {
		if r := s.call(400, "PUT", one, body); r.at("error", "code") != "invalid" {
			t.Errorf("%s: %s", what, r.body)
		}
	}
	if same := s.call(200, "GET", one, nil); string(same.body) != string(got.body) {
		t.Errorf("what was refused changed it to %s", same.body)
	}
	// The required layer does not hold for updates: the number is missing.
	got = s.call(200, "PUT", one, map[string]any{"categoryId": strings.ToUpper(category), "metadata": map[string]any{"any": nil, "Due": "2025-01-31T10:00:00+01:00"}, "inferenceTaskExecutions": map[string]any{"a": unseenID(), "b": "x"}})
	if fmt.Sprint(got.at("metadata")) != "map[Amount:7 Due:2025-01-31T10:00:00+01:00 Vendor:Acme]" || got.at("categoryId") != category {
		t.Errorf("with a category: %s", got.body)
	}
	s.call(400, "PUT", one, map[string]any{"metadata": map[string]any{"Colour": "red"}})
	got = s.call(200, "PUT", one, map[string]any{"inferenceTaskExecutions": map[string]any{"a": nil}, "metadata": map[string]any{"Vendor": nil, "Amount": nil, "Due": nil, "Gone": nil}})
	if fmt.Sprint(got.at("metadata"), got.at("inferenceTaskExecutions")) != "map[] map[b:x]" {
		t.Errorf("removed: %s", got.body)
	}
	if got = s.call(200, "PUT", one, map[string]any{"categoryId": note}); got.at("categoryId") != note {
		t.Errorf("another category: %s", got.body)
	}
}

func TestItemsAreReadAndDeleted(t *testing.T) {
	t.Parallel()
	s := started(t)
	w, other := s.workspace(""), s.workspace("Other")
	c, foreign := s.imported("", "a.txt", "quinces"), s.imported(other.ID, "b.txt", "pears")
	all := "/api/content/" + w.DataspaceID + "/"
	if got := s.call(200, "GET", all+c.ID+"/", nil); got.at("contentId") != c.ID || got.at("categoryId") != nil || fmt.Sprint(got.at("metadata"), got.at("inferenceTaskExecutions")) != "map[] map[]" {
		t.Errorf("read %s", got.body)
	}
	for _, id := range append(strangeIDs(), foreign.ID) {
		for _, try := range []struct{ method, path string }{{"GET", ""}, {"PUT", ""}, {"DELETE", ""}, {"GET", "/download"}} {
			if got := s.call(404, try.method, all+id+try.path, nil); got.at("error", "code") != "not_found" {
				t.Errorf("%s %s%s: %s", try.method, id, try.path, got.body)
			}
		}
		s.call(404, "GET", "/api/content/"+strings.ReplaceAll(id, foreign.ID, "sds-ffffffff")+"/"+c.ID, nil)
	}
	reader := s.token(engine.TokenSpec{Abilities: []string{"content-read"}})
	for _, token := range []string{"", "shf_unknown"} {
		s.callAs(token, 401, "GET", all+c.ID, nil)
		s.callAs(token, 401, "DELETE", all+c.ID, nil)
	}
	s.callAs(reader, 200, "GET", all+c.ID, nil)
	s.callAs(reader, 403, "DELETE", all+c.ID, nil)
	s.callAs(s.person(catalog.RoleViewer), 403, "PUT", all+c.ID, map[string]any{"metadata": map[string]any{"a": 1}})
	s.callAs(s.person(catalog.RoleNone), 404, "GET", all+c.ID, nil)
	if got := s.call(204, "DELETE", all+c.ID, nil); len(got.body) != 0 {
		t.Errorf("deleted with a body %q", got.body)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		s.call(404, method, all+c.ID, nil)
	}
	s.archive(other.ID)
	closed := "/api/content/" + other.DataspaceID + "/" + foreign.ID
	s.call(200, "GET", closed, nil)
	s.call(409, "DELETE", closed, nil)
	s.call(409, "PUT", closed, map[string]any{"metadata": map[string]any{"a": 1}})
	s.uploaded(409, "/api/content/"+other.DataspaceID, formPart{name: "categoryId", value: unseenID()}, formPart{"file", "x", "x.txt", ""})
}

func TestDownloads(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	text := strings.Repeat("Nine crates of quinces. ", 10_000)
	for _, name := range []string{"plain.txt", `Größe "7" 漢字 & ü.txt`} {
		c := s.imported("", name, text)
		path := "/api/content/" + w.DataspaceID + "/" + c.ID + "/download"
		got := s.call(200, "GET", path+"/", nil)
		if string(got.body) != text || got.header.Get("ETag") != `"`+c.SHA256+`"` || got.header.Get("Content-Type") != "text/plain; charset=utf-8" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d bytes, %v", name, len(got.body), got.header)
		}
		disposition := got.header.Get("Content-Disposition")
		if want := map[bool]string{true: "filename*=UTF-8''plain.txt", false: "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%227%22%20%E6%BC%A2%E5%AD%97%20%26%20%C3%BC.txt"}[name == "plain.txt"]; !strings.Contains(disposition, want) {
			t.Errorf("%s: %s", name, disposition)
		}
		r := s.request("GET", path, nil)
		r.Header.Set("Range", "bytes=5-10")
		if part := s.expect(206, r); string(part.body) != "crates" || part.header.Get("Content-Range") != fmt.Sprintf("bytes 5-10/%d", len(text)) {
			t.Errorf("%s: a part is %q, %v", name, part.body, part.header)
		}
		r.Header.Set("If-Range", `"other"`)
		if whole := s.expect(200, r); len(whole.body) != len(text) {
			t.Errorf("%s: %d bytes of another version", name, len(whole.body))
		}
		r = s.request("GET", path, nil)
		r.Header.Set("Range", "bytes=9999999-")
		if got := s.send(r); got.status != 416 {
			t.Errorf("%s: a range beyond the end: %d", name, got.status)
		}
		r = s.request("GET", path, nil)
		r.Header.Set("If-None-Match", `"`+c.SHA256+`"`)
		if got := s.expect(304, r); len(got.body) != 0 {
			t.Errorf("%s: again: %d bytes", name, len(got.body))
		}
	}
	c := s.imported("", "lost.txt", text+"!")
	if err := os.Remove(filepath.Join(s.dir, "blobs", c.SHA256[:2], c.SHA256)); err != nil {
		t.Fatal(err)
	}
	if got := s.call(503, "GET", "/api/content/"+w.DataspaceID+"/"+c.ID+"/download", nil); got.header.Get("Retry-After") == "" || got.at("error", "code") != "unavailable" || got.header.Get("ETag") != "" {
		t.Errorf("bytes that are not here: %v %s", got.header, got.body)
	}
}

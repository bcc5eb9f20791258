package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// fuzzTime is how long requests are made up; fuzzSoak in the soak run.
const (
	fuzzTime = 3 * time.Second
	fuzzSoak = 5 * time.Minute
)

// notFuzzed are operations that never end, or that act on this machine beyond the data directory.
var notFuzzed = []string{"events", "wait", "addFolder", "browse", "suggestFolders", "createCode", "exchange"}

// TestMadeUpRequestsStayWithinTheDocument makes requests from the OpenAPI document, right ones, nearly right ones and
// absurd ones, over ids that exist and ids that do not. No answer may be a failure of ours, and every one must be as the
// document has it.
func TestMadeUpRequestsStayWithinTheDocument(t *testing.T) {
	t.Parallel()
	limit := fuzzTime
	if os.Getenv("SHEAF_SOAK") != "" {
		limit = fuzzSoak
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("SHEAF_FUZZ_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("SHEAF_FUZZ_SEED=%d", seed)
	f := newFuzzer(t, seed)
	counts := map[int]int{}
	for end := time.Now().Add(limit); time.Now().Before(end) && !t.Failed(); {
		counts[f.round()/100]++
	}
	t.Logf("answers by class: %v", counts)
	if counts[2] == 0 || counts[4] == 0 {
		t.Errorf("the requests were all of one kind: %v", counts)
	}
}

// fuzzer makes up requests.
type fuzzer struct {
	*server
	*rand.Rand
	operations []operation
	ids        []string // seen in answers
}

// operation is one of the document.
type operation struct {
	method, path string
	*openapi3.Operation
}

func newFuzzer(t *testing.T, seed uint64) *fuzzer {
	f := &fuzzer{server: started(t), Rand: rand.New(rand.NewPCG(seed, 0))}
	f.silent = true
	f.owner = f.agentToken()
	doc, err := openapi3.NewLoader().LoadFromData(f.send(f.request("GET", "/openapi.json", nil)).body)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range doc.Paths.InMatchingOrder() {
		for method, o := range doc.Paths.Find(path).Operations() {
			if !slices.Contains(notFuzzed, o.OperationID) {
				f.operations = append(f.operations, operation{method, path, o})
			}
		}
	}
	slices.SortFunc(f.operations, func(a, b operation) int { return strings.Compare(a.method+a.path, b.method+b.path) })
	return f
}

// round makes one request and returns the status of its answer.
func (f *fuzzer) round() int {
	o := f.operations[f.IntN(len(f.operations))]
	target := f.target(o)
	body, media := f.body(o)
	r, err := http.NewRequestWithContext(f.Context(), o.method, f.address+target, bytes.NewReader(body))
	if err != nil {
		f.Fatalf("%s %q: %v", o.method, target, err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	r.Header.Set("Authorization", "Bearer "+f.owner)
	got := f.send(r)
	if got.status >= 500 {
		f.Fatalf("%s %s (%s) %q: %d %s", o.method, target, media, body, got.status, got.body)
	}
	f.hold(r, got)
	if f.Failed() {
		f.Logf("%s %s (%s) %q", o.method, target, media, body)
	}
	if got.status < 300 {
		f.learn(got.body)
	}
	return got.status
}

// mostIDs bounds what is remembered.
const mostIDs = 400

// learn remembers whatever looks like an id in an answer.
func (f *fuzzer) learn(body []byte) {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return
	}
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(k, v[k])
			}
		case []any:
			for _, e := range v {
				walk(key, e)
			}
		case string:
			if strings.HasSuffix(strings.ToLower(key), "id") && v != "" && !slices.Contains(f.ids, v) {
				f.ids = append(f.ids, v)
			}
		}
	}
	walk("", v)
	if excess := len(f.ids) - mostIDs; excess > 0 {
		f.ids = f.ids[excess:]
	}
}

// target fills the path and makes up a query.
func (f *fuzzer) target(o operation) string {
	segments := strings.Split(o.path, "/")
	for i, s := range segments {
		if !strings.HasPrefix(s, "{") {
			continue
		}
		if s == "{number}" && f.likely() {
			segments[i] = strconv.Itoa(f.IntN(3))
			continue
		}
		segments[i] = url.PathEscape(f.id(s))
	}
	query := url.Values{}
	for _, p := range o.Parameters {
		if p.Value.In != "query" || !p.Value.Required && f.IntN(2) == 0 {
			continue
		}
		query.Set(p.Value.Name, f.parameter(p.Value))
		if f.IntN(40) == 0 {
			query.Add(p.Value.Name, f.absurd())
		}
	}
	path := strings.Join(segments, "/")
	if f.IntN(10) == 0 {
		path += "/"
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// likely is true most of the time: a request that is wrong in every place tries only the first check.
func (f *fuzzer) likely() bool { return f.IntN(8) > 0 }

// id is one that was seen, of the right shape when there is one.
func (f *fuzzer) id(wildcard string) string {
	if !f.likely() || len(f.ids) == 0 {
		if absurd := f.absurd(); absurd != "" && absurd != "." && absurd != ".." {
			return absurd
		}
		return "x"
	}
	short := strings.Contains(wildcard, "dataspace")
	for range 50 {
		if id := f.ids[f.IntN(len(f.ids))]; strings.HasPrefix(id, "sds-") == short {
			return id
		}
	}
	return f.ids[f.IntN(len(f.ids))]
}

func (f *fuzzer) parameter(p *openapi3.Parameter) string {
	if !f.likely() {
		return f.absurd()
	}
	v := f.value(p.Schema, 0)
	if text, ok := v.(string); ok {
		if strings.HasSuffix(strings.ToLower(p.Name), "id") || p.Name == "cursor" {
			return f.id("")
		}
		return text
	}
	return fmt.Sprint(v)
}

// absurd is text that nobody should send.
func (f *fuzzer) absurd() string {
	list := []string{"", " ", "\x00", "a\x00b", "\xff\xfe", "null", "-1", "0", "99999999999999999999", "1e309", "NaN", "true", "[]", "{}",
		"../../../etc/passwd", "..%2f..", "' OR 1=1 --", `"; DROP TABLE content; --`, "%", "%00", "\r\nX-Injected: 1", "𝕊𝕙𝕖𝕒𝕗", "\u202e", "é\u0301",
		"2025-02-30", "2025-13-01T00:00:00Z", "0000-00-00", "sds-00000000", "sds-", "00000000-0000-0000-0000-000000000000",
		strings.Repeat("a", 300), strings.Repeat("x", 4000), "<script>alert(1)</script>", "*", "\\", "﷽"}
	return list[f.IntN(len(list))]
}

// body makes up what is sent, and says what it claims to be.
func (f *fuzzer) body(o operation) (body []byte, media string) {
	if o.RequestBody == nil {
		return nil, ""
	}
	content := o.RequestBody.Value.Content
	switch {
	case content["multipart/form-data"] != nil:
		return f.form(content["multipart/form-data"].Schema)
	case content["application/json"] == nil:
		return []byte(f.absurd()), "application/octet-stream"
	}
	media = "application/json"
	if f.IntN(30) == 0 {
		media = f.pick("", "text/plain", "multipart/form-data", "application/json; charset=utf-16", "application/xml", "/")
	}
	switch f.IntN(25) {
	case 0:
		return []byte(f.pick("", "{", "[]", "null", "1", `"x"`, `{"a":1,"a":2}`, `{"name":"\u0000"}`, "{\"name\":\"\xff\"}", `{"name":"\ud800"}`,
			strings.Repeat(`{"a":`, 200)+"1"+strings.Repeat("}", 200), strings.Repeat("[", 5000), `{} {}`, `{"name":1e999}`)), media
	case 1:
		return bytes.Repeat([]byte(" "), 2<<20), media
	}
	raw, err := json.Marshal(f.value(content["application/json"].Schema, 0))
	if err != nil {
		f.Fatal(err)
	}
	return raw, media
}

func (f *fuzzer) pick(list ...string) string { return list[f.IntN(len(list))] }

// form makes up a multipart body.
func (f *fuzzer) form(schema *openapi3.SchemaRef) ([]byte, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fields := slices.Sorted(maps.Keys(schema.Value.Properties))
	f.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	for _, name := range fields {
		p := schema.Value.Properties[name]
		switch {
		case !f.likely():
		case p.Value.Format == "binary":
			part, err := w.CreateFormFile(name, f.pick("a.txt", "..", "b\".pdf", "x\r\ny.txt", "", "ü.md", "a/b/c.txt"))
			if err != nil {
				f.Fatal(err)
			}
			fmt.Fprint(part, f.pick("", "Some words about quinces.", "\x00\x01\x02", "%PDF-1.7"))
		case p.Value.Type.Is("object"):
			_ = w.WriteField(name+"["+f.pick("author", "Amount", "", "x]y", "a[b]")+"]", f.absurd()) // into memory
		default:
			_ = w.WriteField(name, f.field(name)) // into memory
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	body := b.Bytes()
	if f.IntN(20) == 0 {
		body = body[:f.IntN(len(body)+1)]
	}
	media := w.FormDataContentType()
	if f.IntN(30) == 0 {
		media = f.pick("multipart/form-data", "multipart/form-data; boundary=", "application/json", "")
	}
	return body, media
}

func (f *fuzzer) field(name string) string {
	if strings.HasSuffix(name, "Id") && f.likely() {
		return f.id("")
	}
	return f.absurd()
}

// deepest bounds what is made up of schemas that hold themselves.
const deepest = 6

// value makes up a value of a schema, mostly a right one.
func (f *fuzzer) value(ref *openapi3.SchemaRef, depth int) any {
	if ref == nil || ref.Value == nil || depth > deepest {
		return f.anything(depth)
	}
	s := ref.Value
	switch {
	case !f.likely():
		return f.anything(depth)
	case len(s.Enum) > 0:
		return s.Enum[f.IntN(len(s.Enum))]
	case len(s.AnyOf) > 0:
		return f.value(s.AnyOf[f.IntN(len(s.AnyOf))], depth+1)
	case len(s.AllOf) > 0:
		return f.value(s.AllOf[0], depth+1)
	case s.Type.Includes("object"):
		return f.object(s, depth)
	case s.Type.Includes("array"):
		list := []any{}
		for range f.IntN(4) {
			list = append(list, f.value(s.Items, depth+1))
		}
		return list
	case s.Type.Includes("boolean"):
		return f.IntN(2) == 0
	case s.Type.Includes("integer"):
		return f.IntN(30)
	case s.Type.Includes("number"):
		return f.Float64() * 100
	case s.Type.Includes("string"):
		return f.text()
	}
	return f.anything(depth)
}

func (f *fuzzer) text() string {
	switch {
	case len(f.ids) > 0 && f.IntN(3) == 0:
		return f.ids[f.IntN(len(f.ids))]
	case f.IntN(6) == 0:
		return f.absurd()
	}
	return f.pick("report", "Invoice", "water", "https://example.org/a", "2025-01-31", "2025-01-31T10:00:00Z", "VIEWER", "STRING", "reprocess", "a.txt") + strconv.Itoa(f.IntN(5))
}

func (f *fuzzer) object(s *openapi3.Schema, depth int) any {
	made := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || f.IntN(2) == 0 {
			made[name] = f.value(s.Properties[name], depth+1)
		}
	}
	if s.AdditionalProperties.Has != nil || s.AdditionalProperties.Schema != nil {
		for range f.IntN(3) {
			key := f.pick("fileName", "createdAt", "contentId", "categoryId", "fileFormat", "metadata", "metadata.author", "author", "Amount")
			made[key] = f.condition(depth + 1)
		}
	}
	return made
}

// condition is what stands under a field of a filter, or under a key of metadata.
func (f *fuzzer) condition(depth int) any {
	if f.IntN(3) == 0 {
		return f.anything(depth)
	}
	op := f.pick("eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "nin", "contains", "startsWith", "endsWith", "exists", "like")
	switch op {
	case "between", "in", "nin":
		return map[string]any{op: []any{f.text(), f.text()}}
	case "exists":
		return map[string]any{op: f.IntN(2) == 0}
	}
	return map[string]any{op: f.text()}
}

// anything is a value without a schema.
func (f *fuzzer) anything(depth int) any {
	switch f.IntN(8) {
	case 0:
		return nil
	case 1:
		return f.IntN(2) == 0
	case 2:
		return f.Int64()
	case 3:
		return -f.Float64()
	case 4:
		if depth < deepest {
			return []any{f.anything(depth + 1), f.anything(depth + 1)}
		}
	case 5:
		if depth < deepest {
			return map[string]any{f.absurd(): f.anything(depth + 1)}
		}
	case 6:
		return f.absurd()
	}
	return f.text()
}

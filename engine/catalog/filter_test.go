package catalog

import (
	"strings"
	"testing"
	"time"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	c := Content{ID: "id-1", FileName: "Annual Report.pdf", FileFormat: "application/pdf", Metadata: map[string]any{"Status": "Draft", "pages": 12.0, "signed": true},
		CreatedAt: time.Date(2025, 1, 31, 10, 30, 0, 0, time.UTC), UpdatedAt: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)}
	for filter, want := range map[string]bool{
		`{}`:                                true,
		`null`:                              true,
		`{"fileName": "Annual Report.pdf"}`: true,
		`{"fileName": "annual report.pdf"}`: false,
		`{"fileName": {"contains": "REPORT", "endsWith": ".PDF"}}`:             true,
		`{"fileFormat": {"in": ["text/plain", "application/pdf"]}}`:            true,
		`{"createdAt": "2025-01-31"}`:                                          true,
		`{"createdAt": {"gt": "2025-01-31"}}`:                                  false,
		`{"createdAt": {"lte": "2025-01-31"}}`:                                 true,
		`{"createdAt": {"between": ["2025-01-01", "2025-01-31"]}}`:             true,
		`{"createdAt": {"gte": "2025-01-31T11:30:00+01:00"}}`:                  true,
		`{"metadata.Status": {"ne": "Archived"}, "metadata.pages": {"gt": 3}}`: true,
		`{"metadata": {"Status": {"in": ["Draft"]}, "signed": true}}`:          true,
		`{"metadata.missing": {"exists": false}}`:                              true,
		`{"metadata.missing": {"nin": ["x"]}}`:                                 true,
		`{"metadata.missing": {"lt": 3}}`:                                      false,
		`{"metadata.pages": {"contains": "1"}}`:                                false,
		`{"categoryId": {"exists": true}}`:                                     false,
		`{"categoryId": null}`:                                                 false,
	} {
		f, err := ParseFilter([]byte(filter))
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got := f.Match(c); got != want {
			t.Errorf("%s matches: %v", filter, got)
		}
	}
	if (*Filter)(nil).Match(c) != true {
		t.Error("the nil filter refuses")
	}
}

func TestParseFilterNamesEveryViolation(t *testing.T) {
	t.Parallel()
	_, err := ParseFilter([]byte(`{"colour": "red", "fileName": {"like": "x", "contains": 3}, "createdAt": {"gt": "yesterday", "between": ["2025-01-01"]},
		"metadata": {"a": {"gt": true}, "b": {}}, "contentId": 7, "metadata.": 1, "metadata.c": [1]}`))
	e, ok := err.(*Error)
	if !ok || e.Code != Invalid {
		t.Fatalf("%v", err)
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "colour contentId createdAt createdAt fileName fileName metadata.a metadata.b metadata. metadata.c" {
		t.Errorf("fields %s", got)
	}
}

func TestGarbageIsOneSentence(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{"", "{", "garbage", "[1]", `"x"`, "7", `{"a":1} {"b":2}`, "{\"a\": \xff}", strings.Repeat("[", 100_000), `{"metadata": 3}`, `{"a": 1e999}`} {
		_, err := ParseFilter([]byte(garbage))
		if CodeOf(err) != Invalid || !strings.HasSuffix(MessageOf(err), ".") || len(MessageOf(err)) > 200 {
			t.Errorf("%.20q: %v", garbage, err)
		}
	}
	if _, err := ParseFilter(make([]byte, maxFilterBytes+1)); CodeOf(err) != TooLarge {
		t.Errorf("a huge filter: %v", err)
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{`{}`, `{"fileName": {"contains": "x"}}`, `{"createdAt": {"between": ["2025-01-01", null]}}`, `{"metadata": {"a": {"in": [1, "b", true, null]}}}`, `{"metadata.k": {"exists": "no"}}`, `[`} {
		f.Add([]byte(seed))
	}
	contents := []Content{{}, {ID: "x", FileName: "a", CategoryID: "c", Metadata: map[string]any{"a": 1.0, "k": "v", "b": []any{1.0}}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		filter, err := ParseFilter(data)
		if err != nil {
			if code := CodeOf(err); code != Invalid && code != TooLarge {
				t.Errorf("code %s", code)
			}
			return
		}
		for _, c := range contents {
			filter.Match(c) // must not panic
		}
	})
}

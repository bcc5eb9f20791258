package classify

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// labelled is one document of the labelled set.
type labelled struct {
	ID       string         `json:"id"`
	Category string         `json:"category"`
	Language string         `json:"language"`
	FileName string         `json:"fileName"`
	Pages    []string       `json:"pages"`
	Fields   map[string]any `json:"fields"`
}

func (d labelled) heldOut() bool { return sha256.Sum256([]byte(d.ID))[0]&1 == 1 }

func (d labelled) opening() catalog.Opening {
	return catalog.Opening{FileName: d.FileName, Text: strings.Join(d.Pages, "\n")}
}

func (d labelled) pages() []catalog.Page {
	pages := make([]catalog.Page, len(d.Pages))
	for i, text := range d.Pages {
		pages[i] = catalog.Page{Number: i + 1, Text: text}
	}
	return pages
}

// labelledSet is the set and its categories, whose ids are their names.
type labelledSet struct {
	categories []catalog.Category
	training   []labelled
	heldOut    []labelled
}

var readSet = sync.OnceValues(func() (s labelledSet, err error) {
	raw, err := os.ReadFile(filepath.Join("testdata", "categories.json"))
	if err == nil {
		err = json.Unmarshal(raw, &s.categories)
	}
	if err != nil {
		return s, err
	}
	for i := range s.categories {
		s.categories[i].ID = s.categories[i].Name
	}
	f, err := os.Open(filepath.Join("testdata", "documents.jsonl"))
	if err != nil {
		return s, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var d labelled
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return s, err
		}
		if d.heldOut() {
			s.heldOut = append(s.heldOut, d)
		} else {
			s.training = append(s.training, d)
		}
	}
	return s, lines.Err()
})

func theSet(t testing.TB) labelledSet {
	t.Helper()
	s, err := readSet()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s labelledSet) category(t testing.TB, name string) catalog.Category {
	t.Helper()
	for _, c := range s.categories {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no category %q", name)
	return catalog.Category{}
}

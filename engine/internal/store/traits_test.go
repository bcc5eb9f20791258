package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// admittedBy returns the names of the documents that have every trait, written as in a query.
func (f *fixture) admittedBy(traits ...string) string {
	f.t.Helper()
	scope := f.scope()
	for _, written := range traits {
		word, not := strings.CutPrefix(written, "-")
		field, value, _ := strings.Cut(word, ":")
		trait, known, err := catalog.ParseTrait(field, value)
		if !known || err != nil {
			f.t.Fatalf("%s is no field word: %v", written, err)
		}
		trait.Not = not
		scope.Traits = append(scope.Traits, trait)
	}
	var names []string
	for _, key := range must(f.Latest(f.ctx, scope, 100))(f.t) {
		names = append(names, must(f.Contents(f.ctx, []int64{key}))(f.t)[0].FileName)
	}
	if _, n, err := f.Admit(f.ctx, scope); err != nil || n != len(names) {
		f.t.Errorf("%v admits %d, %v; %d listed", traits, n, err, len(names))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestTraits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for path, day := range map[string]int{"letters/2024/a.pdf": 10, "letters/b.TXT": 20, "photos/c.jpeg": 30} {
		file := newFile(path, path)
		file.Stat.ModTime = time.Date(2024, 3, day, 12, 0, 0, 0, time.Local).UnixNano()
		file.Format = "application/octet-stream"
		check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{file}))
	}
	category := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Invoice"}))(t)
	f.upload("d.docx", category.ID, nil)
	for traits, want := range map[string]string{
		"in:Letters": "a.pdf b.TXT", "in:letters/2024": "a.pdf", "in:2024": "a.pdf", "in:etters": "", "-in:letters": "c.jpeg d.docx",
		"in:" + f.workspace.Name: "a.pdf b.TXT c.jpeg d.docx",
		"type:pdf":               "a.pdf", "type:txt": "b.TXT", "type:image": "c.jpeg", "type:word": "d.docx", "-type:image, type:text": "b.TXT d.docx",
		"type:PHOTO": "c.jpeg", "type:nothing": "", "name:A.": "a.pdf", "category:invo": "d.docx", "-category:invoice": "a.pdf b.TXT c.jpeg",
		"after:2024-03-20, before:2024-04": "b.TXT c.jpeg", "before:2024-03-20": "a.pdf", "after:2024-03-11, before:2024-03-30": "b.TXT",
		"in:', type:%": "", "in:/": "a.pdf b.TXT c.jpeg",
	} {
		if got := f.admittedBy(strings.Split(traits, ", ")...); got != want {
			t.Errorf("%s: %q, want %q", traits, got, want)
		}
	}
}

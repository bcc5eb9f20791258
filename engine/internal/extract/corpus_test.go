package extract

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// sharedData is the folder of public test data, which not every clone has.
func sharedData(t testing.TB) string {
	t.Helper()
	for _, dir := range []string{os.Getenv("SHEAF_TESTDATA"), "../../../../shared/data"} {
		if dir == "" {
			continue
		}
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
	}
	t.Skip("no shared test data at $SHEAF_TESTDATA or ../shared/data")
	return ""
}

// TestQuestionCorpora reads the documents of the question sets and looks for every answer in the text of its file.
func TestQuestionCorpora(t *testing.T) {
	t.Parallel()
	data := sharedData(t)
	needPDF(t)
	p := runPool(t, Options{Children: 2})
	for _, set := range []string{"qa-en", "qa-zh", "qa-de"} {
		texts := map[string]string{}
		files, err := filepath.Glob(filepath.Join(data, set, "docs", "*"))
		if err != nil || len(files) == 0 {
			t.Fatal(set, err)
		}
		pages := 0
		for _, path := range files {
			r, err := extractFile(t, p, path, filepath.Base(path))
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			var all strings.Builder
			for _, page := range r.Document.Pages {
				all.WriteString(page.Text + "\n")
			}
			pages += len(r.Document.Pages)
			if all.Len() < 500 || r.Document.Title == "" && filepath.Ext(path) != ".txt" && filepath.Ext(path) != ".pdf" {
				t.Errorf("%s: %d bytes of text, title %q", path, all.Len(), r.Document.Title)
			}
			texts["docs/"+filepath.Base(path)] = spaced(all.String())
		}
		asked, found, missed := 0, 0, map[string]int{}
		eachAnswer(t, filepath.Join(data, set, "answers.jsonl"), func(file, answer string) {
			asked++
			if strings.Contains(texts[file], spaced(answer)) {
				found++
				return
			}
			missed[filepath.Ext(file)]++
			if missed[filepath.Ext(file)] < 4 {
				t.Logf("%s: not found: %q", file, answer)
			}
		})
		t.Logf("%s: %d files, %d pages, %d of %d answers found, missed %v", set, len(files), pages, found, asked, missed)
		if asked > 0 && found*1000 < asked*995 {
			t.Errorf("%s: %d of %d answers found", set, found, asked)
		}
	}
}

func eachAnswer(t *testing.T, path string, do func(file, answer string)) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q struct {
			Answers []struct{ Text string }
			File    string `json:"gold_file"`
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		for _, a := range q.Answers {
			do(q.File, a.Text)
		}
	}
}

// TestNastyFiles reads files that broke other programs: each must give a document or a verdict, none may hang, crash a
// child or leave the pool unable to read the next.
func TestNastyFiles(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(sharedData(t), "files", "dev-files.tar.gz")
	needPDF(t)
	if testing.Short() {
		t.Skip("reads 324 files")
	}
	dir := t.TempDir()
	paths := unpack(t, archive, dir)
	p := runPool(t, Options{Children: 2})
	type outcome struct {
		files, text, empty int
		failed             map[string]int
		slowest            time.Duration
	}
	var mu sync.Mutex
	table := map[string]*outcome{}
	var readers sync.WaitGroup
	queue := make(chan string)
	for range 2 {
		readers.Go(func() {
			for path := range queue {
				start := time.Now()
				r, err := extractFile(t, p, path, filepath.Base(path))
				took := time.Since(start)
				mu.Lock()
				kind := strings.ToLower(filepath.Ext(path))
				o := table[kind]
				if o == nil {
					o = &outcome{failed: map[string]int{}}
					table[kind] = o
				}
				o.files++
				o.slowest = max(o.slowest, took)
				switch {
				case err != nil:
					o.failed[catalog.MessageOf(err)]++
					if catalog.CodeOf(err) == catalog.Unavailable || catalog.CodeOf(err) == catalog.Internal {
						t.Errorf("%s: %v", path, err)
					}
				case len(r.Document.Pages) == 0:
					o.empty++
				default:
					o.text++
				}
				mu.Unlock()
			}
		})
	}
	for _, path := range paths {
		queue <- path
	}
	close(queue)
	readers.Wait()
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		o := table[kind]
		t.Logf("%-10s %3d files, %3d with text, %3d by name only, slowest %4d ms, failed: %v", kind, o.files, o.text, o.empty, o.slowest.Milliseconds(), o.failed)
	}
}

func unpack(t testing.TB, archive, dir string) []string {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for entries := tar.NewReader(z); ; {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return paths
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		path := filepath.Join(dir, fmt.Sprintf("%03d-%s", len(paths), filepath.Base(h.Name)))
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, entries); err != nil {
			t.Fatal(err)
		}
		out.Close()
		paths = append(paths, path)
	}
}

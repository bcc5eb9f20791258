package measure

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// extractResult: what became of the files of one format, named by its extension, in the children that read files, and
// how many of the words that another program finds in them were found. A file counts once: with text, without (nothing
// to read in it, and a warning says so), by name only (no reader), or failed for a reason.
type extractResult struct {
	Bench       string         `json:"bench"`
	Format      string         `json:"format"`
	Files       int            `json:"files"`
	WithText    int            `json:"withText"`
	WithoutText int            `json:"withoutText"`
	ByName      int            `json:"byName"`
	Failed      int            `json:"failed"`
	Reasons     map[string]int `json:"reasons,omitempty"`
	Compared    int            `json:"compared"`             // files with text for which another program had words
	WordRecall  float64        `json:"wordRecall,omitempty"` // mean over them
	Pooled      float64        `json:"pooledWordRecall,omitempty"`
	Limit       float64        `json:"limit,omitempty"` // word recall asked for
	Ratio       float64        `json:"ratio,omitempty"` // WordRecall / Limit
	P50         float64        `json:"p50Milliseconds"`
	P95         float64        `json:"p95Milliseconds"`
}

// recallAskedFor is the least word recall by format.
var recallAskedFor = map[string]float64{
	"docx": 0.97, "odt": 0.97, "html": 0.95, "pdf": 0.95, "eml": 0.95, "rtf": 0.93, "xlsx": 0.90, "pptx": 0.90, "doc": 0.90, "xls": 0.75, "ppt": 0.75,
}

// readFile is one file of the collection after reading.
type readFile struct {
	path     string
	document catalog.Document
	err      error
	took     time.Duration
}

// benchExtract reads every file, one after the other, then has other programs read those of formats that they know.
func benchExtract(ctx context.Context, o Options, folder string) (any, error) {
	read, err := readAll(ctx, o, folder)
	if err != nil {
		return nil, err
	}
	references := references(ctx, o, folder, read)
	groups := map[string][]readFile{}
	for _, f := range read {
		groups[extension(f.path)] = append(groups[extension(f.path)], f)
	}
	var results lines
	for _, format := range slices.Sorted(maps.Keys(groups)) {
		results = append(results, o.resultOf(format, groups[format], references))
	}
	o.say("%s", tableOf(results))
	return results, nil
}

// extension names a format as people do: the lower-case end of the name without its dot.
func extension(path string) string {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if ext == "" || len(ext) > 8 || strings.Contains(ext, " ") {
		return "none"
	}
	return ext
}

func readAll(ctx context.Context, o Options, folder string) (read []readFile, err error) {
	o.Engine.DataDir, o.Engine.Children = dataBeside(folder), 1
	err = engine.WithReader(ctx, o.Engine, func(ctx context.Context, reader engine.FileReader) error {
		return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			started := time.Now()
			document, err := reader(ctx, path)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			read = append(read, readFile{path, document, err, time.Since(started)})
			return nil
		})
	})
	return read, err
}

// resultOf sums up the files of one format, and tells which of them fall short.
func (o Options) resultOf(format string, files []readFile, references map[string]string) extractResult {
	r := extractResult{Bench: "extract", Format: format, Files: len(files), Reasons: map[string]int{}, Limit: recallAskedFor[format]}
	var times []time.Duration
	found, wanted, sum := 0, 0, 0.0
	for _, f := range files {
		times = append(times, f.took)
		text := textOf(f.document)
		switch {
		case f.err != nil:
			r.Failed++
			r.Reasons[catalog.MessageOf(f.err)]++
		case len(f.document.Pages) == 0:
			r.ByName++
		case text == "":
			r.WithoutText++
		default:
			r.WithText++
		}
		if hit, all := wordsFound(text, references[f.path]); all > 0 && f.err == nil && len(f.document.Pages) > 0 {
			found, wanted, r.Compared = found+hit, wanted+all, r.Compared+1
			share := float64(hit) / float64(all)
			sum += share
			if share < r.Limit {
				o.say("%s: %.3f of %d words", filepath.Base(f.path), share, all)
			}
		}
	}
	if r.Compared > 0 {
		r.WordRecall, r.Pooled = rounded(sum/float64(r.Compared)), rounded(float64(found)/float64(wanted))
		if r.Limit > 0 {
			r.Ratio = rounded(r.WordRecall / r.Limit)
		}
	}
	r.P50, r.P95 = milliseconds(percentile(times, 0.50)), milliseconds(percentile(times, 0.95))
	return r
}

// textOf is all that can be found by its words: the title too, which may stand nowhere else, and what lies within.
func textOf(d catalog.Document) string {
	var b strings.Builder
	for _, p := range d.Pages {
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	for _, p := range d.Parts {
		b.WriteString(textOf(p.Document))
		b.WriteByte('\n')
	}
	text := strings.TrimSpace(b.String())
	if text != "" && !strings.Contains(text, d.Title) {
		text += "\n" + d.Title
	}
	return text
}

// tableOf shows results as a table in Markdown.
func tableOf(results lines) string {
	var b strings.Builder
	b.WriteString("| Format | Files | with text | without | by name | failed | word recall (files) | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, line := range results {
		r := line.(extractResult)
		recall := ""
		if r.Compared > 0 {
			recall = fmt.Sprintf("%.3f (%d)", r.WordRecall, r.Compared)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %s | %.1f | %.1f |\n", r.Format, r.Files, r.WithText, r.WithoutText, r.ByName, r.Failed, recall, r.P50, r.P95)
	}
	return b.String()
}

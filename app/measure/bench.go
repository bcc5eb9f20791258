package measure

import (
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// A bench measures one thing on the files beneath folder and returns its figures. One that makes its own data is given
// an empty folder.
type bench struct {
	name    string
	run     func(ctx context.Context, o Options, folder string) (any, error)
	own     bool
	archive string // of the test data; empty: the one of many small files
}

const manySmallFiles, filesOfAllKinds = "scale/tldr-pages.tar.gz", "files/dev-files.tar.gz"

// lines are figures of one bench that are written a line each.
type lines []any

// benches are all that there are, quick ones first.
func benches() []bench {
	return []bench{
		{name: "index", run: benchIndex},
		{name: "rescan", run: benchRescan},
		{name: "latency", run: benchLatency},
		{name: "search", run: benchSearch},
		{name: "idle", run: benchIdle},
		{name: "api", run: benchAPI, own: true},
		{name: "sync", run: benchSync, own: true},
		{name: "extract", run: benchExtract, archive: filesOfAllKinds},
		{name: "pace", run: benchPace, own: true},
		{name: "estimate", run: benchEstimate, own: true},
		{name: "poison", run: benchPoison, own: true},
		{name: "bombs", run: benchBombs, own: true},
	}
}

// Bench runs the named measurement, or all of them for an empty name, on the collection that o names, and writes one
// line of JSON each. Every line has the figure, the limit that it is held against and their ratio. The collection is
// an archive in the test data, or any folder of files; some measurements make files of their own. Errors: Invalid for an
// unknown name, NotFound without a collection where one is needed.
func Bench(ctx context.Context, o Options, name string, out io.Writer) error {
	all := benches()
	chosen := slices.DeleteFunc(slices.Clone(all), func(b bench) bool { return name != "" && b.name != name })
	if len(chosen) == 0 {
		var names []string
		for _, b := range all {
			names = append(names, b.name)
		}
		return catalog.Errorf(catalog.Invalid, "There is no measurement called %q; there are: %s.", name, strings.Join(names, ", "))
	}
	root, err := os.MkdirTemp("", "sheaf-bench-")
	if err != nil {
		return catalog.WrapError(catalog.Unavailable, "No temporary directory could be made; set TMPDIR to one with free space.", err)
	}
	defer os.RemoveAll(root)
	for _, b := range chosen {
		folder := filepath.Join(root, b.name)
		if err := b.prepare(o, folder); err != nil {
			return err
		}
		o.say("%s", b.name)
		result, missed := b.run(ctx, o, folder)
		if result == nil && missed != nil {
			return missed
		}
		if err := writeLines(out, result); err != nil {
			return err
		}
		if missed != nil { // a limit: the figures say which
			return missed
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the folder that a bench runs on.
func (b bench) prepare(o Options, folder string) error {
	if b.own {
		return os.Mkdir(folder, 0o700)
	}
	collection, err := findCollection(o.Dir, cmp.Or(b.archive, manySmallFiles))
	if err != nil {
		return err
	}
	return copyCollection(collection, folder)
}

func writeLines(out io.Writer, result any) error {
	list, several := result.(lines)
	if !several {
		list = lines{result}
	}
	for _, line := range list {
		if err := write(out, line); err != nil {
			return err
		}
	}
	return nil
}

// findCollection returns the folder to measure with, or the archive of that name in the test data.
func findCollection(dir, name string) (string, error) {
	candidates := []string{dir}
	if dir == "" {
		candidates = []string{os.Getenv("SHEAF_TESTDATA"), filepath.Join("..", "shared", "data")}
	}
	for _, c := range candidates {
		if c == "" {
			continue
		}
		if archive := filepath.Join(c, filepath.FromSlash(name)); isFile(archive) {
			return archive, nil
		}
		if info, err := os.Stat(c); err == nil && info.IsDir() {
			return c, nil
		}
	}
	return "", catalog.Errorf(catalog.NotFound, "There is no collection to measure with: name a folder of documents, or set SHEAF_TESTDATA.")
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// withSession runs a measurement on an engine that is closed afterwards whatever happens.
func withSession(ctx context.Context, o Options, data, folder string, measure func(ctx context.Context, s *session) error) error {
	ctx, s, err := indexed(ctx, o, data, folder)
	if err != nil {
		return err
	}
	if err := measure(ctx, s); err != nil {
		return closing(s, err)
	}
	return s.close()
}

// dataBeside is a data directory that goes away with the copy of the collection.
func dataBeside(folder string) string { return folder + "-data" }

package measure

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/app/measure/bombs"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// What bombs may cost.
const (
	parentMost = 500 << 20  // bytes that the parent may have in memory above what it has when nothing happens
	childMost  = 1536 << 20 // bytes that any child may have
	slowerMost = 2.0        // times as long as when nothing happens may a search take (p95)
	cuts       = 20         // places at which a file of each kind is cut
)

// bombResult is what became of one bomb.
type bombResult struct {
	Bench   string `json:"bench"`
	Bomb    string `json:"bomb"`
	Bytes   int64  `json:"bytes"`
	Outcome string `json:"outcome"` // failed, in part, whole, or pending when nothing came of it
	Reason  string `json:"reason,omitempty"`
	Held    bool   `json:"held"` // it ended as it should, with a reason
}

// cutResult is what became of files of one kind that end too early.
type cutResult struct {
	Bench   string         `json:"bench"`
	Kind    string         `json:"kind"`
	Files   int            `json:"files"`
	Failed  int            `json:"failed"`
	InPart  int            `json:"inPart"`
	Whole   int            `json:"whole"`
	Reasons map[string]int `json:"reasons,omitempty"`
	Held    bool           `json:"held"`
}

// bombsResult: what all of them together did to the process that owns the data directory and to searches.
type bombsResult struct {
	Bench         string  `json:"bench"`
	Bombs         int     `json:"bombs"`
	Cut           int     `json:"cut"`
	Seconds       float64 `json:"seconds"` // until nothing was waiting to be read
	ParentIdle    int64   `json:"parentIdleBytes"`
	ParentAbove   int64   `json:"parentAboveIdleBytes"`
	ParentLimit   int64   `json:"parentLimit"`
	Child         int64   `json:"childBytes"`
	ChildLimit    int64   `json:"childLimit"`
	Children      int     `json:"children"` // processes that were seen
	IdleP95       float64 `json:"idleP95Ms"`
	MeanwhileP95  float64 `json:"meanwhileP95Ms"`
	Searches      int     `json:"searches"`
	SlowerBy      float64 `json:"slowerBy"` // MeanwhileP95 / IdleP95
	SlowerLimit   float64 `json:"slowerLimit"`
	WithoutReason int     `json:"withoutReason"` // files whose end nobody can explain
	Held          bool    `json:"held"`
}

// benchBombs indexes ordinary files, then bombs and files that are cut off beside them, and searches meanwhile.
func benchBombs(ctx context.Context, o Options, folder string) (any, error) {
	return o.bombard(ctx, folder, bombs.All(), bombs.Full)
}

func (o Options) bombard(ctx context.Context, folder string, list []bombs.Bomb, size bombs.Size) (any, error) {
	normal, hostile := filepath.Join(folder, "normal"), filepath.Join(folder, "hostile")
	queries, err := o.layMines(normal, hostile, list, size)
	if err != nil {
		return nil, err
	}
	var results lines
	err = withSession(ctx, o, dataBeside(folder), normal, func(ctx context.Context, s *session) (err error) {
		results, err = s.withstand(ctx, o, hostile, queries)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, line := range results {
		if r, is := line.(bombsResult); is && !r.Held {
			return results, catalog.Errorf(catalog.Conflict, "A limit was missed: the line of figures says which.")
		}
	}
	return results, nil
}

// layMines makes the two folders and takes queries out of the ordinary one.
func (o Options) layMines(normal, hostile string, list []bombs.Bomb, size bombs.Size) ([]query, error) {
	collection, err := findCollection(o.Dir, manySmallFiles)
	if err != nil {
		return nil, err
	}
	if err := copyCollection(collection, normal); err != nil {
		return nil, err
	}
	if err := os.Mkdir(hostile, 0o700); err != nil {
		return nil, err
	}
	o.say("writing bombs")
	if err := bombs.Write(hostile, list, size); err != nil {
		return nil, err
	}
	if kinds, err := findCollection(o.Dir, filesOfAllKinds); err == nil && kinds != collection {
		if err := cutAll(kinds, filepath.Join(hostile, "cut")); err != nil {
			return nil, err
		}
	}
	texts, err := queriesFrom(normal, fixedQueries)
	queries := make([]query, len(texts))
	for i, text := range texts {
		queries[i] = query{Text: text}
	}
	return queries, err
}

// cutAll cuts one file of every kind, the one of middling size, at so many places.
func cutAll(collection, folder string) error {
	whole := folder + "-whole"
	if err := copyCollection(collection, whole); err != nil {
		return err
	}
	defer os.RemoveAll(whole)
	kinds := map[string][]string{}
	sizes := map[string]int64{}
	err := eachFile(whole, func(name string, info fs.FileInfo) error {
		kinds[extension(name)] = append(kinds[extension(name)], name)
		sizes[name] = info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	for kind, names := range kinds {
		slices.SortFunc(names, func(a, b string) int { return int(sizes[a] - sizes[b]) })
		data, err := os.ReadFile(names[len(names)/2])
		if err != nil {
			return err
		}
		for i := range cuts {
			name := fmt.Sprintf("%s-%02d.%s", kind, i, kind)
			if err := os.WriteFile(filepath.Join(folder, name), data[:len(data)*i/cuts], 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// withstand searches in an idle engine, then again while it reads the hostile folder.
func (s *session) withstand(ctx context.Context, o Options, hostile string, queries []query) (lines, error) {
	r := bombsResult{Bench: "bombs", ParentLimit: parentMost, ChildLimit: childMost, SlowerLimit: slowerMost}
	if _, err := s.timeSearches(ctx, queries[:min(1, len(queries))]); err != nil { // the first loads the model
		return nil, err
	}
	idle, err := s.timeSearches(ctx, queries)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	if err := resetPeak(); err != nil {
		return nil, err
	}
	r.ParentIdle, _, _ = resident(os.Getpid())
	o.say("idle: %d MB, search p95 %.1f ms", r.ParentIdle>>20, milliseconds(percentile(idle, 0.95)))
	files, err := statAll(hostile)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	added, _, err := s.AddFolder(ctx, engine.FolderSpec{Path: hostile, Consent: true, OpenArchives: true})
	if err != nil {
		return nil, err
	}
	meanwhile, memory, err := s.searchWhileReading(ctx, o, queries, added.ID, files)
	if err != nil {
		return nil, err
	}
	r.Seconds = rounded(time.Since(started).Seconds())
	_, peak, _ := resident(os.Getpid())
	r.ParentAbove = max(peak-r.ParentIdle, 0)
	r.Child, r.Children = memory.most(), len(memory)
	r.IdleP95, r.MeanwhileP95 = milliseconds(percentile(idle, 0.95)), milliseconds(percentile(meanwhile, 0.95))
	r.Searches, r.SlowerBy = len(meanwhile), rounded(float64(percentile(meanwhile, 0.95))/float64(percentile(idle, 0.95)))
	return s.judge(ctx, r, hostile, added.ID)
}

// searchWhileReading asks one query after the other until so many files of a folder are there and none waits to be read, and
// watches the children.
func (s *session) searchWhileReading(ctx context.Context, o Options, queries []query, folder string, files int) (times []time.Duration, memory childMemory, err error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	memory = childMemory{}
	var g errgroup.Group
	g.Go(func() error { memory.watch(watching); return nil })
	g.Go(func() error { s.tell(watching, o); return nil })
	g.Go(func() error {
		defer stop()
		for {
			some, err := s.timeSearches(ctx, queries)
			if err != nil {
				return err
			}
			times = append(times, some...)
			if read, err := s.hasRead(ctx, folder, files); read || err != nil {
				return err
			}
		}
	})
	err = g.Wait()
	return times, memory, err
}

// hasRead reports whether so many files of a folder are there and nothing waits to be read.
func (s *session) hasRead(ctx context.Context, folder string, files int) (bool, error) {
	folders, err := s.Folders(ctx)
	if err != nil {
		return false, err
	}
	for _, f := range folders {
		if f.ID == folder && f.Files < files {
			return false, nil
		}
	}
	st, err := s.Status(ctx)
	return st.Documents.Pending == 0, err
}

// childMemory is the most that each child was seen to have had in memory, by its process id.
type childMemory map[int]int64

const lookEvery = 20 * time.Millisecond

func (m childMemory) watch(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		for _, pid := range descendants() {
			if _, peak, alive := resident(pid); alive {
				m[pid] = max(m[pid], peak)
			}
		}
	}
}

func (m childMemory) most() (bytes int64) {
	for _, b := range m {
		bytes = max(bytes, b)
	}
	return bytes
}

// judge says of every hostile file what became of it, and of all of them whether that is as it should be.
func (s *session) judge(ctx context.Context, r bombsResult, hostile, folder string) (lines, error) {
	whole := map[string]bool{}
	for _, b := range bombs.All() {
		whole[b.Name] = b.Whole
	}
	contents, err := s.allBeneath(ctx, folder)
	if err != nil {
		return nil, err
	}
	var results lines
	kinds := map[string]*cutResult{}
	err = eachFile(hostile, func(path string, info fs.FileInfo) error {
		name := filepath.Base(path)
		one := judged(name, contents[name])
		one.Bytes = info.Size()
		if filepath.Base(filepath.Dir(path)) == "cut" {
			kind := kinds[extension(name)]
			if kind == nil {
				kind = &cutResult{Bench: "bombs", Kind: extension(name), Reasons: map[string]int{}, Held: true}
				kinds[extension(name)] = kind
			}
			one.Held = one.Held || one.Outcome == "whole" // what is left of a text is a text
			kind.add(one)
			r.Cut++
		} else {
			one.Held = one.Held || one.Outcome == "whole" && whole[name]
			results = append(results, one)
			r.Bombs++
		}
		if !one.Held {
			r.WithoutReason++
		}
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		results = append(results, *kinds[name])
	}
	r.Held = r.ParentAbove < r.ParentLimit && r.Child < r.ChildLimit && r.SlowerBy <= r.SlowerLimit && r.WithoutReason == 0
	return append(results, r), err
}

// judged is the end of one file. It holds when the file failed, or was read in part, for a reason that was said.
func judged(name string, c catalog.Content) bombResult {
	one := bombResult{Bench: "bombs", Bomb: name}
	switch {
	case c.Status == catalog.StatusFailed:
		one.Outcome, one.Reason = "failed", c.Failure
	case c.Status != catalog.StatusProcessed:
		one.Outcome = "pending"
	case len(c.Warnings) > 0:
		one.Outcome, one.Reason = "in part", strings.Join(c.Warnings, " ")
	default:
		one.Outcome = "whole"
	}
	one.Held = one.Reason != "" && !strings.Contains(one.Reason, "unexpectedly")
	return one
}

func (k *cutResult) add(one bombResult) {
	k.Files++
	switch one.Outcome {
	case "failed":
		k.Failed++
	case "in part":
		k.InPart++
	case "whole":
		k.Whole++
	}
	if one.Reason != "" {
		k.Reasons[one.Reason]++
	}
	k.Held = k.Held && one.Held
}

// allBeneath are the contents of the files in a watched folder, by file name. What was left out of the documents that lie within
// one counts as left out of it.
func (s *session) allBeneath(ctx context.Context, folder string) (map[string]catalog.Content, error) {
	var all []catalog.Content
	for q := (catalog.ContentQuery{Limit: 1000, Folder: folder}); ; {
		list, total, err := s.Contents(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if q.Offset += len(list); len(list) == 0 || q.Offset >= total {
			break
		}
	}
	within := map[string][]string{} // warnings, by the id of the document that has the bytes
	for _, c := range all {
		if c.ParentID != "" {
			within[c.RootID] = append(within[c.RootID], c.Warnings...)
			if c.Failure != "" {
				within[c.RootID] = append(within[c.RootID], c.Failure)
			}
		}
	}
	contents := map[string]catalog.Content{}
	for _, c := range all {
		if c.ParentID == "" {
			slices.Sort(within[c.ID])
			c.Warnings = append(c.Warnings, slices.Compact(within[c.ID])...)
			contents[c.FileName] = c
		}
	}
	return contents, nil
}

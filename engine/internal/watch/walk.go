package watch

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// stat is what the system says about one name, links not followed.
type stat struct {
	catalog.FileStat // without Path
	mode             fs.FileMode
	device           uint64
	cloud            bool // a placeholder: reading it would fetch the bytes
	hidden           bool // by an attribute of the system
}

// place is a directory to walk, with the rules of the directory above it.
type place struct {
	dir   string // relative to the root, "" for the root
	above *rules
}

// listing is one directory as a walk found it.
type listing struct {
	dir     string
	rules   *rules
	device  uint64
	files   []catalog.FileStat
	cloud   []string // placeholders; in skipped too
	skipped []catalog.Skipped
	unread  map[string]error // this directory or names in it that could not be read
	gone    bool             // the directory had gone when its turn came
	tagged  bool             // marked by its contents as a cache: nothing in it counts
}

// walker lists directories in parallel.
type walker struct {
	root    string
	ignore  []string // the folder's own patterns
	before  func(dir string)
	openDir func(path string) (*os.File, error)
}

// walk calls each, in the calling goroutine, for every directory beneath the places that no rule excludes. It returns
// ctx's error or that of each.
func (w *walker) walk(ctx context.Context, places []place, each func(listing) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo := newStack(places)
	found := make(chan listing, 64)
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.NumCPU(), 4) {
		group.Go(func() error {
			for {
				p, ok := todo.pop()
				if !ok {
					return nil
				}
				l, subs := w.list(p)
				todo.push(subs)
				todo.finish()
				select {
				case found <- l:
				case <-ctx.Done():
					todo.abandon()
					return ctx.Err()
				}
			}
		})
	}
	ended := make(chan error, 1)
	go func() {
		ended <- group.Wait()
		close(found)
	}()
	var err error
	for l := range found {
		if err == nil {
			if err = each(l); err != nil {
				cancel()
			}
		}
	}
	if walkErr := <-ended; err == nil {
		err = walkErr
	}
	return err
}

// list reads one directory and returns the directories in it that are to be walked too.
func (w *walker) list(p place) (l listing, subs []place) {
	l = listing{dir: p.dir, unread: map[string]error{}}
	path := filepath.Join(w.root, filepath.FromSlash(p.dir))
	if w.before != nil {
		w.before(p.dir)
	}
	d, err := w.openDir(path)
	if err != nil {
		if l.gone = isAbsent(err) && p.dir != ""; !l.gone {
			l.unread[p.dir] = err
		}
		return l, nil
	}
	defer d.Close()
	if info, err := d.Stat(); err == nil {
		l.device = deviceOf(info)
	}
	entries, err := d.ReadDir(-1)
	switch {
	case isAbsent(err): // removed while it was being listed
		l.gone = true
		return l, nil
	case err != nil && err != io.EOF:
		l.unread[p.dir] = err
	}
	l.rules, err = w.rulesOf(p, path, entries)
	if err != nil {
		l.unread[p.dir] = err // without its rules nothing in it can be judged
		return l, nil
	}
	if p.dir != "" && isCache(path, entries) {
		l.tagged = true
		l.skip(p.dir, catalog.SkipCache, "its contents mark it as a cache")
		return l, nil
	}
	for _, e := range entries {
		name, kind := e.Name(), e.Type()
		rel := join(p.dir, name)
		verdict, excluded := l.rules.judge(rel, kind.IsDir())
		switch {
		case kind.IsDir() && !excluded:
			subs = append(subs, place{dir: rel, above: l.rules})
		case !kind.IsDir() && !kind.IsRegular():
			l.skip(rel, strange(kind), nameOf(kind))
		case excluded:
			l.skip(rel, catalog.SkipRule, verdict.String())
		default:
			w.file(&l, d, path, rel, name)
		}
	}
	return l, subs
}

func (w *walker) file(l *listing, d *os.File, path, rel, name string) {
	s, err := statAt(d, path, name)
	switch {
	case isAbsent(err):
	case err != nil:
		l.unread[rel] = err
	case !s.mode.IsRegular():
		l.skip(rel, strange(s.mode), nameOf(s.mode))
	case s.hidden:
		l.skip(rel, catalog.SkipHidden, "hidden by the system")
	case s.cloud:
		l.cloud = append(l.cloud, rel)
		l.skip(rel, catalog.SkipCloud, "kept in the cloud only")
	default:
		s.Path = rel
		l.files = append(l.files, s.FileStat)
	}
}

func (l *listing) skip(rel string, reason catalog.Skip, detail string) {
	l.skipped = append(l.skipped, catalog.Skipped{Path: rel, Reason: reason, Detail: detail})
}

// strange says why an entry that is neither a directory nor a regular file is no document.
func strange(kind fs.FileMode) catalog.Skip {
	if kind&fs.ModeSymlink != 0 {
		return catalog.SkipLink
	}
	return catalog.SkipSpecial
}

func nameOf(kind fs.FileMode) string {
	switch {
	case kind&fs.ModeSymlink != 0:
		return "a symbolic link"
	case kind&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case kind&fs.ModeSocket != 0:
		return "a socket"
	case kind&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// stack holds the directories that wait for a walker. It is empty for good when no walker is at work either.
type stack struct {
	mu     sync.Mutex
	more   sync.Cond
	places []place
	busy   int
	closed bool
}

func newStack(places []place) *stack {
	s := &stack{places: append([]place(nil), places...)}
	s.more.L = &s.mu
	return s
}

func (s *stack) pop() (place, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.places) == 0 && s.busy > 0 && !s.closed {
		s.more.Wait()
	}
	if len(s.places) == 0 || s.closed {
		return place{}, false
	}
	p := s.places[len(s.places)-1]
	s.places = s.places[:len(s.places)-1]
	s.busy++
	return p, true
}

func (s *stack) push(places []place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places = append(s.places, places...)
	s.more.Broadcast()
}

func (s *stack) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	s.more.Broadcast()
}

func (s *stack) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.more.Broadcast()
}

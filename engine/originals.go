package engine

import (
	"context"
	"errors"
	"io/fs"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

// originals says how the text in the store relates to the files it came from, by one stat a file.
type originals struct {
	offline func(path string) bool // the file lies in a folder whose root is not reachable: no stat, it could hang
}

// States returns the state of every content, by Key, as far as ctx lasts. A stat that hangs holds up nobody: its
// goroutine ends when the system lets it go.
func (o originals) States(ctx context.Context, contents []catalog.Content) map[int64]catalog.HitState {
	type result struct {
		key   int64
		state catalog.HitState
	}
	states := make(map[int64]catalog.HitState, len(contents))
	results := make(chan result, len(contents))
	asked := 0
	for _, c := range contents {
		switch {
		case c.Remote && c.Source != catalog.SourceFolder:
			states[c.Key] = catalog.HitRemote
		case c.Source != catalog.SourceFolder:
			states[c.Key] = storedState(c)
		case o.offline(c.Path):
			states[c.Key] = catalog.HitOffline
		default:
			asked++
			go func() { results <- result{c.Key, fileState(c)} }()
		}
	}
	for range asked {
		select {
		case r := <-results:
			states[r.key] = r.state
		case <-ctx.Done():
			return states
		}
	}
	return states
}

// storedState is the state of a content whose bytes lie in the blob store: what was read is of these, or of earlier ones
// while they wait to be read.
func storedState(c catalog.Content) catalog.HitState {
	if c.Status == catalog.StatusUploaded {
		return catalog.HitChanged
	}
	return catalog.HitCurrent
}

func fileState(c catalog.Content) catalog.HitState {
	info, err := longpath.Lstat(c.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return catalog.HitMissing
	case err != nil:
		return catalog.HitOffline
	case !info.Mode().IsRegular():
		return catalog.HitMissing
	case hasChanged(info, c) || c.Status == catalog.StatusUploaded:
		return catalog.HitChanged
	}
	return catalog.HitCurrent
}

// hasChanged reports whether a file is another than the one that was read in.
func hasChanged(info fs.FileInfo, c catalog.Content) bool {
	return info.Size() != c.Captured.Size || info.ModTime().UnixNano() != c.Captured.ModTime
}

package engine

import (
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reading is what the writing line has in hand at one moment: keys of contents, and since when each is being read. The
// store knows only what waits, what is done and what failed; reading says which of them are under way.
//
// It is taken before contents are read from the store. So a content whose text was committed in between is answered as
// processed, and none ever goes back from being read to waiting.
type reading map[int64]time.Time

func (e *Engine) reading() reading { return e.line.Reading() }

// keys are those of the contents that are being read.
func (r reading) keys() []int64 {
	var keys []int64
	for key := range r {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// tell says of contents that they are being read. What is processed has been committed since.
func (r reading) tell(list []catalog.Content) {
	for i, c := range list {
		if _, now := r[c.Key]; now && c.Status != catalog.StatusProcessed {
			list[i].Status, list[i].Failure = catalog.StatusProcessing, ""
		}
	}
}

// told is one content as it stands.
func (r reading) told(c catalog.Content) catalog.Content {
	list := []catalog.Content{c}
	r.tell(list)
	return list[0]
}

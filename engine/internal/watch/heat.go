package watch

import "time"

// heat holds back files that are written without end, such as logs: they are handed on ever more rarely, so that
// reading them anew does not keep the machine busy. A person who saves a file does not come near it.
type heat map[string]*warmth

type warmth struct {
	last  time.Time // handed on
	times int       // in quick succession
}

const (
	hotAfter = 5 // times in quick succession
	quick    = time.Second * 3
	coldest  = time.Minute // longest that a file is held back
)

// coolAt is until when a file is held back; a past time when it is not.
func (h heat) coolAt(path string) time.Time {
	w := h[path]
	if w == nil || w.times <= hotAfter {
		return time.Time{}
	}
	return w.last.Add(w.rest())
}

func (w *warmth) rest() time.Duration {
	if w.times <= hotAfter {
		return 0
	}
	return min(time.Second<<min(w.times-hotAfter, 10), coldest)
}

func (h heat) add(path string, now time.Time) {
	w := h[path]
	if w == nil {
		w = &warmth{}
		h[path] = w
	}
	if now.Sub(w.last) > w.rest()+quick {
		w.times = 0
	}
	w.last = now
	w.times++
}

// forget drops what is cold.
func (h heat) forget(now time.Time) {
	for path, w := range h {
		if now.Sub(w.last) > 2*coldest {
			delete(h, path)
		}
	}
}

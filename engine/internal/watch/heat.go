package watch

import "time"

// heat holds back files that are written without end, such as logs: they are handed on ever more rarely, so that
// reading them anew does not keep the machine busy. How soon depends on their size, for that is what reading costs: a
// person or a program that saves a note every second does not come near it.
type heat map[string]*warmth

type warmth struct {
	last  time.Time // handed on
	times int       // in quick succession
	limit int       // times in quick succession that are let through
}

const (
	quick       = time.Second * 3
	coldest     = time.Minute // longest that a file is held back
	leastTimes  = 5           // let through in quick succession, however large
	mostTimes   = 1000        // however small
	heatedBytes = 32 << 20    // read in quick succession before a file counts as hot
)

// coolAt is until when a file is held back; a past time when it is not.
func (h heat) coolAt(path string) time.Time {
	w := h[path]
	if w == nil {
		return time.Time{}
	}
	return w.last.Add(w.rest())
}

func (w *warmth) rest() time.Duration {
	if w.times <= w.limit {
		return 0
	}
	return min(time.Second<<min(w.times-w.limit, 10), coldest)
}

// add notes that a file of that size was handed on.
func (h heat) add(path string, size int64, now time.Time) {
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
	w.limit = int(min(max(heatedBytes/max(size, 1), leastTimes), mostTimes))
}

// forget drops what is cold.
func (h heat) forget(now time.Time) {
	for path, w := range h {
		if now.Sub(w.last) > 2*coldest {
			delete(h, path)
		}
	}
}

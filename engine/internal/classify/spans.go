package classify

import (
	"slices"
	"sort"
)

// apart sorts what was found by place, and drops what begins within another.
func apart[T any](list []T, of func(T) span) []T {
	slices.SortStableFunc(list, func(a, b T) int { return of(a).start - of(b).start })
	end := 0
	return slices.DeleteFunc(list, func(x T) bool {
		if of(x).start < end {
			return true
		}
		end = of(x).end
		return false
	})
}

func spansOf[T any](list []T, of func(T) span) []span {
	spans := make([]span, len(list))
	for i, x := range list {
		spans[i] = of(x)
	}
	return spans
}

// meets reports whether one of the spans, which are in order and apart, has something in common with another.
func meets(spans []span, at span) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].end > at.start })
	return i < len(spans) && spans[i].start < at.end
}

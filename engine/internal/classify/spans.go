package classify

import "slices"

func sortSpans[T any](list []T, of func(T) span) {
	slices.SortStableFunc(list, func(a, b T) int { return of(a).start - of(b).start })
}

func spansOf[T any](list []T, of func(T) span) []span {
	spans := make([]span, len(list))
	for i, x := range list {
		spans[i] = of(x)
	}
	return spans
}

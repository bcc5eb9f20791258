// Package tide knows when the water is high.
package tide

import "time"

// Next is the next high water after a moment.
func Next(after time.Time) time.Time {

	const gap = 12*time.Hour + 25*time.Minute

	return after.Add(gap)
}

type Level int

//go:build !linux && !windows

package machine

import "time"

// ReadPower knows nothing here.
func ReadPower(string) Power { return Power{} }

// readTimes knows nothing here.
func readTimes(string, []int) times { return times{} }

// Used knows nothing here.
func Used(int) (time.Duration, bool) { return 0, false }

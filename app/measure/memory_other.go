//go:build !linux

package measure

import "runtime"

// residentMemory is what the Go runtime holds, where the system does not tell of the whole process simply.
func residentMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}

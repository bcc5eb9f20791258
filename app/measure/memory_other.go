//go:build !linux

package measure

import (
	"runtime"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// residentMemory is what the Go runtime holds, where the system does not tell of the whole process simply.
func residentMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}

// Memory of other processes is looked up in /proc, which only Linux has.

func resident(int) (now, peak int64, ok bool) { return 0, 0, false }

func resetPeak() error {
	return catalog.Errorf(catalog.Unsupported, "The memory of processes can be measured on Linux only.")
}

func descendants() []int { return nil }

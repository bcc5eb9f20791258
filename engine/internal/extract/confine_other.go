//go:build !linux

package extract

import (
	"fmt"
	"os"
	"runtime/metrics"
	"syscall"
	"time"
)

// boxes: a child is started plainly; it ends when its stdin does.
func boxes() []*syscall.SysProcAttr { return []*syscall.SysProcAttr{nil} }

func confine() error { return nil }

// limitMemory ends the child soon after it owns more than bytes. No limit of these systems counts memory the way Go
// uses it, so a goroutine looks, for as long as the child lives.
func limitMemory(bytes uint64) {
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for range time.Tick(250 * time.Millisecond) {
			metrics.Read(sample)
			if sample[0].Value.Uint64()-sample[1].Value.Uint64() > bytes {
				fmt.Fprintln(os.Stderr, "out of memory: over the limit of one file")
				os.Exit(3)
			}
		}
	}()
}

package measure

import (
	"os"
	"strconv"
	"strings"
)

// residentMemory is what this process holds in memory now, in bytes, without what the system keeps of its files.
func residentMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64) // 0: not known
			return kilobytes << 10
		}
	}
	return 0
}

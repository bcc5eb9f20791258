package measure

import (
	"bytes"
	"os"
	"strconv"
)

// residentMemory is what this process holds in memory now, in bytes, without what the system keeps of its files.
func residentMemory() int64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	return statusBytes(raw, "RssAnon:")
}

// resident is what a process has in memory at this moment and what it has had at most since resetPeak, in bytes; ok is
// false when it has ended.
func resident(pid int) (now, peak int64, ok bool) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, 0, false
	}
	return statusBytes(raw, "VmRSS:"), statusBytes(raw, "VmHWM:"), true
}

func statusBytes(status []byte, name string) int64 {
	_, rest, _ := bytes.Cut(status, []byte("\n"+name))
	fields := bytes.Fields(rest[:min(len(rest), 64)])
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10
}

// resetPeak makes the most that this process has had in memory be what it has now.
func resetPeak() error { return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// descendants are the processes beneath this one.
func descendants() []int {
	var all []int
	processes := readProcesses()
	for pid := range processes {
		if pid != os.Getpid() && processes.descends(pid, os.Getpid()) {
			all = append(all, pid)
		}
	}
	return all
}

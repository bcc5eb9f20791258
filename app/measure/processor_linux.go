package measure

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// clockTick is the unit of processor times in /proc: 100 a second on every architecture that Linux has.
const clockTick = 10 * time.Millisecond

// processorTime is what this process, its ended children and its living descendants have used so far.
func processorTime() time.Duration {
	total := used(syscall.RUSAGE_SELF) + used(syscall.RUSAGE_CHILDREN)
	processes := readProcesses()
	for pid := range processes {
		if pid != os.Getpid() && processes.descends(pid, os.Getpid()) {
			total += processes[pid].used
		}
	}
	return total
}

func used(who int) time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(who, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

type process struct {
	parent int
	used   time.Duration
}

type processes map[int]process

func readProcesses() processes {
	all := processes{}
	names, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return all
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// "pid (command) state parent …": the command may hold anything, so read from its last parenthesis.
		fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if len(fields) < 13 {
			continue
		}
		number := func(i int) int { n, _ := strconv.Atoi(string(fields[i])); return n }
		all[pid] = process{parent: number(1), used: time.Duration(number(11)+number(12)) * clockTick}
	}
	return all
}

// descends reports whether ancestor is above pid.
func (all processes) descends(pid, ancestor int) bool {
	for range len(all) {
		p, known := all[pid]
		if !known {
			return false
		}
		if p.parent == ancestor {
			return true
		}
		pid = p.parent
	}
	return false
}

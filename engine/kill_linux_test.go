package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// killsChildren: here the children of another process can be found.
const killsChildren = true

// childrenOf are the processes that a process has started and that run.
func childrenOf(parent int) (children []int) {
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(name))
		if state, of := process(pid); err == nil && of == parent && state != 'Z' {
			children = append(children, pid)
		}
	}
	return children
}

// running reports whether there is such a process and it has not ended.
func running(pid int) bool {
	state, _ := process(pid)
	return state != 0 && state != 'Z'
}

// process reads the state of a process, 0 when there is none, and whose child it is.
func process(pid int) (state byte, parent int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	parent, _ = strconv.Atoi(string(fields[1]))
	return fields[0][0], parent
}

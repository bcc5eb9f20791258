package machine

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ReadPower looks at the power supplies beneath root (proc and sys lie in it).
func ReadPower(root string) Power {
	supplies, err := os.ReadDir(filepath.Join(root, "sys/class/power_supply"))
	if err != nil {
		return Power{}
	}
	var p Power
	mains := false
	for _, supply := range supplies {
		read := func(name string) string {
			text, err := os.ReadFile(filepath.Join(root, "sys/class/power_supply", supply.Name(), name))
			if err != nil {
				return "" // this supply does not tell
			}
			return strings.TrimSpace(string(text))
		}
		switch read("type") {
		case "Mains", "USB", "Wireless":
			mains = mains || read("online") == "1"
		case "Battery":
			if read("scope") == "Device" { // of a mouse or a keyboard
				continue
			}
			p.Known = true
			p.OnBattery = p.OnBattery || read("status") == "Discharging"
		}
	}
	p.OnBattery = p.OnBattery && !mains
	return p
}

// readTimes reads the processor's times, and of them what this process and its children have used.
func readTimes(root string, children []int) times {
	text, err := os.ReadFile(filepath.Join(root, "proc/stat"))
	if err != nil {
		return times{}
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	fields := strings.Fields(string(line)) // cpu user nice system idle iowait irq softirq steal guest guest_nice
	if len(fields) < 9 || fields[0] != "cpu" {
		return times{}
	}
	t := times{known: true}
	for i, field := range fields[1:8] { // guest times are in user and nice already, and what was stolen others never had
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return times{}
		}
		t.total += n
		if i == 3 || i == 4 {
			t.idle += n
		}
	}
	own, ok := readProcess(root, "self")
	if !ok {
		return times{}
	}
	t.ours = own
	for _, pid := range children {
		if used, ok := readProcess(root, strconv.Itoa(pid)); ok {
			t.ours += used
		}
	}
	return t
}

// tick is the kernel's for what processes have used.
const tick = time.Second / 100

// Used returns what a process and those of its children that have ended have used of the processor.
func Used(pid int) (time.Duration, bool) {
	ticks, known := readProcess("/", strconv.Itoa(pid))
	return time.Duration(ticks) * tick, known
}

// readProcess returns what a process and its ended children have used, in ticks.
func readProcess(root, pid string) (uint64, bool) {
	text, err := os.ReadFile(filepath.Join(root, "proc", pid, "stat"))
	if err != nil {
		return 0, false
	}
	// "pid (command) state parent …": the command may hold anything, so read from its last parenthesis.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 15 {
		return 0, false
	}
	var used uint64
	for _, field := range fields[11:15] { // utime stime cutime cstime
		n, err := strconv.ParseUint(string(field), 10, 64)
		if err != nil {
			return 0, false
		}
		used += n
	}
	return used, true
}

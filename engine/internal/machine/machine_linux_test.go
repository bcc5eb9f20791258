package machine

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pretend writes files of proc and sys beneath a new root.
func pretend(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestPower(t *testing.T) {
	t.Parallel()
	const at = "sys/class/power_supply/"
	for name, c := range map[string]struct {
		files map[string]string
		want  Power
	}{
		"nothing is told":      {nil, Power{}},
		"a machine on a desk":  {map[string]string{at + "AC/type": "Mains\n", at + "AC/online": "1\n"}, Power{}},
		"a laptop plugged in":  {map[string]string{at + "AC/type": "Mains\n", at + "AC/online": "1\n", at + "BAT0/type": "Battery\n", at + "BAT0/status": "Charging\n"}, Power{Known: true}},
		"a laptop on the road": {map[string]string{at + "AC/type": "Mains\n", at + "AC/online": "0\n", at + "BAT0/type": "Battery\n", at + "BAT0/status": "Discharging\n"}, Power{true, true}},
		"plugged in by USB":    {map[string]string{at + "U/type": "USB\n", at + "U/online": "1\n", at + "B/type": "Battery\n", at + "B/status": "Discharging\n"}, Power{Known: true}},
		"full and unplugged":   {map[string]string{at + "BAT0/type": "Battery\n", at + "BAT0/status": "Full\n"}, Power{Known: true}},
		"one of two batteries": {map[string]string{at + "B0/type": "Battery\n", at + "B0/status": "Unknown\n", at + "B1/type": "Battery\n", at + "B1/status": "Discharging\n"}, Power{true, true}},
		"a mouse":              {map[string]string{at + "hid/type": "Battery\n", at + "hid/status": "Discharging\n", at + "hid/scope": "Device\n"}, Power{}},
	} {
		if got := ReadPower(pretend(t, c.files)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestLoadTellsOthersFromUs(t *testing.T) {
	t.Parallel()
	root := pretend(t, map[string]string{
		"proc/stat":      "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 1 1 1\n",
		"proc/self/stat": "7 (she af) S) R 1 7 7 0 -1 4194304 1 0 0 0 10 10 5 5 20 0 1 0",
		"proc/9/stat":    "9 (child) S 7 7 7 0 -1 4194304 1 0 0 0 40 0 0 0 20 0 1 0",
	})
	m := Meter{Root: root}
	if got := m.Look([]int{9}); got.Known {
		t.Errorf("at the first look %+v", got)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("proc/stat", "cpu  160 0 140 890 10 0 0 700 0 0\n") // 200 more, of which 100 idle; the machine beneath was busy with others
	write("proc/self/stat", "7 (she af) S) R 1 7 7 0 -1 4194304 1 0 0 0 20 10 5 5 20 0 1 0")
	write("proc/9/stat", "9 (child) S 7 7 7 0 -1 4194304 1 0 0 0 70 0 0 0 20 0 1 0")
	if got, want := m.Look([]int{9, 10}), (Load{Known: true, Others: 0.3, Idle: 0.5}); got != want {
		t.Errorf("load is %+v, want %+v", got, want)
	}
	write("proc/stat", "cpu  nonsense\n")
	if got := m.Look(nil); got.Known {
		t.Errorf("of nonsense %+v", got)
	}
}

func TestThisMachine(t *testing.T) {
	t.Parallel()
	m := Meter{Root: "/"}
	m.Look(nil)
	var got Load
	for end := time.Now().Add(10 * time.Second); !got.Known && time.Now().Before(end); { // until the next tick of its clock
		got = m.Look(nil)
	}
	if !got.Known || got.Others < 0 || got.Others > 1 || got.Idle < 0 || got.Idle > 1 {
		t.Errorf("load is %+v", got)
	}
	if size, free, err := Volume(t.TempDir()); err != nil || free <= 0 || size < free {
		t.Errorf("%d of %d bytes are free: %v", free, size, err)
	}
	if _, _, err := Volume(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a volume that is not there has a size")
	}
}

func TestLowerIsForOneThread(t *testing.T) {
	t.Parallel()
	type priority struct{ nice, io int }
	read := func() priority {
		nice, err := unix.Getpriority(unix.PRIO_PROCESS, 0) // 20 - nice
		if err != nil {
			t.Error(err)
		}
		io, _, _ := unix.Syscall(unix.SYS_IOPRIO_GET, ioprioWhoProcess, 0, 0)
		return priority{20 - nice, int(io)}
	}
	runtime.LockOSThread()
	before := read()
	lowered := make(chan priority)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if !Lower() {
			t.Error("this thread cannot be put behind others")
		}
		lowered <- read()
	}()
	if got, want := <-lowered, (priority{lowest, ioprioIdle}); got != want {
		t.Errorf("the lowered thread has %+v, want %+v", got, want)
	}
	if after := read(); after != before {
		t.Errorf("another thread changed from %+v to %+v", before, after)
	}
	runtime.UnlockOSThread()
}

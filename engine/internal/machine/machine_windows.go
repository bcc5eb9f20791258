package machine

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32             = windows.NewLazySystemDLL("kernel32.dll")
	getSystemPowerStatus = kernel32.NewProc("GetSystemPowerStatus")
	getSystemTimes       = kernel32.NewProc("GetSystemTimes")
)

// powerStatus is SYSTEM_POWER_STATUS.
type powerStatus struct {
	mains, battery, percent, saver byte
	lifeTime, fullLifeTime         uint32
}

const (
	mainsOffline   = 0
	mainsUnknown   = 255
	noBattery      = 128 // a bit of powerStatus.battery,
	batteryUnknown = 255 // all of them
)

// ReadPower asks the system; root says nothing here.
func ReadPower(string) Power {
	var s powerStatus
	if ok, _, _ := getSystemPowerStatus.Call(uintptr(unsafe.Pointer(&s))); ok == 0 {
		return Power{}
	}
	return s.power()
}

func (s powerStatus) power() Power {
	if s.mains == mainsUnknown || s.battery == batteryUnknown || s.battery&noBattery != 0 {
		return Power{}
	}
	return Power{Known: true, OnBattery: s.mains == mainsOffline}
}

// readTimes asks the system what the processor has done, and of that this process and its children. Ended children are not
// remembered, so for the one look at which a child is gone it counts as if it had done nothing.
func readTimes(_ string, children []int) times {
	var idle, kernel, user windows.Filetime // idle is within kernel
	ok, _, _ := getSystemTimes.Call(uintptr(unsafe.Pointer(&idle)), uintptr(unsafe.Pointer(&kernel)), uintptr(unsafe.Pointer(&user)))
	if ok == 0 {
		return times{}
	}
	own, known := processTimes(windows.CurrentProcess())
	if !known {
		return times{}
	}
	t := times{known: true, total: ticks(kernel) + ticks(user), idle: ticks(idle), ours: own}
	for _, pid := range children {
		if used, known := Used(pid); known {
			t.ours += uint64(used / tick)
		}
	}
	return t
}

// Used returns what a process has used of the processor.
func Used(pid int) (time.Duration, bool) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return 0, false // it has ended
	}
	defer windows.CloseHandle(process)
	used, known := processTimes(process)
	return time.Duration(used) * tick, known
}

func processTimes(process windows.Handle) (uint64, bool) {
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(process, &created, &exited, &kernel, &user); err != nil {
		return 0, false
	}
	return ticks(kernel) + ticks(user), true
}

const tick = 100 * time.Nanosecond

// ticks is a span of time.
func ticks(t windows.Filetime) uint64 { return uint64(t.HighDateTime)<<32 | uint64(t.LowDateTime) }

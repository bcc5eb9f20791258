// Package machine says what a considerate program wants to know of the machine it runs on: whether it runs on battery,
// how much of the processor other programs use, how much room a volume has; and it puts threads behind those of others.
//
// What a system does not tell is told as unknown, never guessed. Linux and Windows tell of power and load here, and only on
// Linux can a single thread be put behind others; elsewhere these functions say so by doing nothing.
//
// The package starts no goroutine and keeps no state but a Meter's last look.
package machine

// Power is where the machine's current comes from.
type Power struct {
	Known     bool
	OnBattery bool // a battery is being emptied and no mains is plugged in
}

// Load is what the processor did between two looks.
type Load struct {
	Known  bool
	Others float64 // share of all cores that other programs used, 0 to 1
	Idle   float64 // share of all cores that nobody used, 0 to 1
}

// Meter compares the processor's times at one look with those at the last. It is used by one goroutine at a time.
type Meter struct {
	Root string // where proc and sys lie; "/" on a real machine

	last times
}

// times are what the processor has done since the machine started, in ticks.
type times struct {
	total, idle, ours uint64
	known             bool
}

// Look returns the load since the last look, which is unknown at the first. children are the processes, beside this one,
// whose use is not that of others.
func (m *Meter) Look(children []int) Load {
	now := readTimes(m.Root, children)
	before := m.last
	m.last = now
	if !before.known || !now.known || now.total <= before.total {
		return Load{}
	}
	return loadBetween(before, now)
}

func loadBetween(before, now times) Load {
	total := now.total - before.total
	idle := min(since(before.idle, now.idle), total)
	ours := min(since(before.ours, now.ours), total-idle)
	return Load{Known: true, Others: float64(total-idle-ours) / float64(total), Idle: float64(idle) / float64(total)}
}

// since is how much a counter has grown; a child that has ended takes its times with it for a moment.
func since(before, now uint64) uint64 {
	if now < before {
		return 0
	}
	return now - before
}

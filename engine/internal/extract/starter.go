package extract

import "runtime"

// starter starts every child of a pool from one thread that lasts as long as the pool does. The kernel kills a child when
// the thread that started it ends, not when the process does, and threads of a Go program do end: with a goroutine that
// locked its thread and did not unlock it.
type starter struct {
	starts chan start
}

type start struct {
	run  func() error
	done chan error
}

func newStarter() starter { return starter{starts: make(chan start)} }

// serve starts what it is asked to until end is closed.
func (s starter) serve(end <-chan struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case one := <-s.starts:
			one.done <- one.run()
		case <-end:
			return
		}
	}
}

// do runs a function on the thread. serve must be under way.
func (s starter) do(run func() error) error {
	done := make(chan error)
	s.starts <- start{run, done}
	return <-done
}

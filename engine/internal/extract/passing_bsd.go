//go:build unix && !linux

package extract

// noSignal is nothing here: the Go runtime turns SIGPIPE of any descriptor but 1 and 2 into an error.
const noSignal = 0

//go:build !linux

package machine

// Lower does nothing here: no single thread can be put behind those of other programs.
func Lower() bool { return false }

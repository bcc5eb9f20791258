//go:build !linux

package engine_test

// killsChildren: here the children of another process cannot be found.
const killsChildren = false

func childrenOf(int) []int { return nil }

func running(int) bool { return false }

//go:build !linux

package extract

import "syscall"

// dieWithParent: these systems have no such wish; a program that outlives a killed child ends with its picture.
func dieWithParent() *syscall.SysProcAttr { return nil }

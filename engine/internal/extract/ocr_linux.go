package extract

import "syscall"

// dieWithParent has the kernel end a program when the child that started it is killed.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

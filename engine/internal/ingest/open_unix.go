//go:build unix

package ingest

import "syscall"

const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

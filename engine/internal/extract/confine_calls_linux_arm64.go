package extract

import "golang.org/x/sys/unix"

const ownArchitecture = unix.AUDIT_ARCH_AARCH64

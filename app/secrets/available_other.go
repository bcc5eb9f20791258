//go:build !linux

package secrets

import "runtime"

// available reports whether the system has a keyring, which is always open to whoever is signed in.
func available() bool { return runtime.GOOS == "darwin" || runtime.GOOS == "windows" }

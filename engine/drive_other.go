//go:build !linux

package engine

import "strings"

// networkDrive recognises UNC paths; drive letters and mounts that hide a network are not told apart here.
func networkDrive(dir string) string {
	if strings.HasPrefix(dir, `\\`) {
		return "a network share"
	}
	return ""
}

// Package frontend carries the built screens inside the executable.
//
// The build writes them to dist. A fresh clone has only an empty dist, so that the Go code compiles before the screens
// have been built; Built tells the two apart.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist is the built page with index.html at its root, or a file system without one when the screens were not built.
func Dist() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic("frontend: " + err.Error()) // "dist" is a valid path, see io/fs.ValidPath
	}
	return dist
}

// Built reports whether the executable holds the screens.
func Built() bool {
	_, err := fs.Stat(Dist(), "index.html")
	return err == nil
}

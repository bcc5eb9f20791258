package node

import (
	"io/fs"
	"testing/fstest"
)

// screens is the built frontend.
func screens() fs.FS { return fstest.MapFS{} }

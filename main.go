// Sheaf turns folders into workspaces that can be searched and asked, on this machine alone.
package main

import (
	"os"

	"github.com/sheafdocs/sheaf/app"
)

func main() { os.Exit(app.Main(os.Args[1:])) }

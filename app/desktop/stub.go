//go:build !desktop && !dev && !bindings

package desktop

import (
	"fmt"
	"os"

	"github.com/sheafdocs/sheaf/app/config"
)

// Built reports whether this program has a window.
const Built = false

// Run says that this program has no window, and returns 1.
func Run(config.Config) int {
	fmt.Fprintln(os.Stderr, "sheaf: This program was built without a window. Run sheaf-desktop, or sheaf serve and a browser.")
	return 1
}

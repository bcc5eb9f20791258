// Package desktop is the window: the same screens as in the browser, drawn by the system's web view, with what only a
// window has: a folder picker, dropped files, "open" and "show in folder", one window a data directory.
//
// Run owns the data directory through node while the window is open, or, when an agent owns it already, hands every
// request under /api to that agent. Requests from the page never cross a socket in the first case: they act as the
// local owner. Files are opened by the id of their document; the page never names a path to open.
//
// The window is compiled in with the build tags desktop, dev or bindings (Wails sets them); without, Built is false and
// Run only says so. All goroutines belong to Run and have ended when it returns.
package desktop

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// noDisplay says why no window can be opened on this system, or "" when one can.
func noDisplay(goos string, env func(string) string) string {
	if goos != "linux" || env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != "" {
		return ""
	}
	return "There is no display to open a window on. Use `sheaf serve` and a browser instead."
}

// size is what the window remembers between runs.
type size struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

const minWidth, minHeight = 640, 480

// loadSize reads the remembered size; anything unusable gives a good first size.
func loadSize(dataDir string) size {
	first := size{Width: 1280, Height: 860}
	raw, err := os.ReadFile(sizeFile(dataDir))
	if err != nil {
		return first
	}
	var s size
	if json.Unmarshal(raw, &s) != nil || s.Width < minWidth || s.Height < minHeight || s.Width > 16384 || s.Height > 16384 {
		return first
	}
	return s
}

func saveSize(dataDir string, s size) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(sizeFile(dataDir), raw, 0o600)
}

func sizeFile(dataDir string) string { return filepath.Join(dataDir, "window.json") }

// programs are the endings that a desktop runs instead of showing. Documents come from anywhere: one that is opened
// must not be able to run.
var programs = strings.Fields(`.app .appimage .bat .cmd .com .command .cpl .desktop .exe .hta .jar .js .jse .lnk .msc .msi .msp
	.pif .ps1 .reg .run .scf .scr .sh .terminal .url .vb .vbe .vbs .workflow .wsf .wsh`)

// openCommand is the argument vector that shows the file at path in its own program. Denied for programs.
func openCommand(goos, path string) ([]string, error) {
	if slices.Contains(programs, strings.ToLower(filepath.Ext(path))) {
		return nil, catalog.Errorf(catalog.Denied, "%s can run as a program, so Sheaf does not open it. Show it in its folder instead.", filepath.Base(path))
	}
	switch goos {
	case "darwin":
		return []string{"open", "--", path}, nil
	case "windows":
		return []string{"rundll32.exe", "url.dll,FileProtocolHandler", path}, nil
	}
	return []string{"xdg-open", path}, nil
}

// showCommand is the argument vector that shows where the file at path lies.
func showCommand(goos, path string) []string {
	switch goos {
	case "darwin":
		return []string{"open", "-R", "--", path}
	case "windows":
		return []string{"explorer.exe", "/select,", path}
	}
	return []string{"xdg-open", filepath.Dir(path)}
}

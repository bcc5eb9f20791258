package engine

import (
	"path"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

// longestName is how many bytes a file name has at most, on all systems; some room is left for a number behind it.
const (
	longestName = 255
	numberRoom  = 8
)

// reservedNames are devices on Windows, with any ending.
var reservedNames = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true}

func init() {
	for _, n := range "123456789¹²³" {
		reservedNames["com"+string(n)], reservedNames["lpt"+string(n)] = true, true
	}
}

// fileName is a name for a file of a document on a system: the document's own, unless it is impossible there, leads
// elsewhere, or belongs to files that are nobody's documents.
func fileName(name, system string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == 0:
			return '_'
		case system == "windows" && (r < 0x20 || strings.ContainsRune(`<>:"\|?*`, r)):
			return '_'
		case system == "darwin" && r == ':':
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if system == "windows" {
		if trimmed := strings.TrimRight(name, ". "); trimmed != name {
			name = trimmed + "_"
		}
		stem, _, _ := strings.Cut(name, ".")
		if reservedNames[strings.ToLower(strings.TrimRight(stem, " "))] {
			name = "_" + name
		}
	}
	name = shorten(name)
	if name == "" || watch.Ignored(name) {
		name = "_" + name
	}
	if watch.Ignored(name) {
		name += "_"
	}
	return name
}

// shorten cuts a name's stem so that the whole fits.
func shorten(name string) string {
	const most = longestName - numberRoom
	if len(name) <= most {
		return name
	}
	stem, ending := splitName(name)
	if len(ending) > most/2 {
		stem, ending = name, ""
	}
	stem = stem[:most-len(ending)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ending
}

// splitName is a name as stem and ending, the full stop with the ending.
func splitName(name string) (stem, ending string) {
	ending = path.Ext(name)
	if ending == name {
		return name, ""
	}
	return strings.TrimSuffix(name, ending), ending
}

// numbered is the n-th choice of a name: "a.txt", "a (2).txt", …
func numbered(name string, n int) string {
	if n < 2 {
		return name
	}
	stem, ending := splitName(name)
	return stem + " (" + strconv.Itoa(n) + ")" + ending
}

// shows reports whether a file's name is one for a document of this name.
func shows(file, name string) bool {
	want := fileName(name, runtime.GOOS)
	if file == want || file == name {
		return true
	}
	stem, ending := splitName(want)
	rest, ok := strings.CutPrefix(file, stem+" (")
	if !ok {
		return false
	}
	number, ok := strings.CutSuffix(rest, ")"+ending)
	n, err := strconv.Atoi(number)
	return ok && err == nil && n >= 2 && strconv.Itoa(n) == number
}

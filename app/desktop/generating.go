//go:build bindings

package desktop

// generating is true in the program that the Wails command builds to list what is bound: it shows no window and must
// not touch a data directory.
const generating = true

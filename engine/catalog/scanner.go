package catalog

// Unscanned is what becomes of files that the virus scanner does not look at: because it does not answer, or because they
// are larger than it takes.
type Unscanned string

// What may be set.
const (
	UnscannedWaits Unscanned = "wait" // they are not opened: they wait for the scanner, or fail when they are too large for it
	UnscannedRead  Unscanned = "read" // they are read, and say that they were not scanned
)

// ScannerSettings say which scanner looks at files before they are read. They are this device's.
type ScannerSettings struct {
	Address   string    `json:"address" doc:"of clamd: unix:/path or tcp:host:port on this machine; empty: files are not scanned"`
	Unscanned Unscanned `json:"unscanned" doc:"wait or read: what becomes of files while clamd does not answer, and of those that are too large for it"`
}

// Scanner is how scanning stands at this moment.
type Scanner struct {
	ScannerSettings
	Fixed   bool   `json:"fixed" doc:"set by an option or the environment for as long as this program runs"`
	Version string `json:"version,omitempty" doc:"what clamd says of itself"`
	Problem string `json:"problem,omitempty" doc:"why files are not scanned, one sentence"`
}

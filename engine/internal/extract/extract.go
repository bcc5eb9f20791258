// Package extract turns the bytes of a file into a catalog.Document: pages of clean text with the blocks on them.
//
// Parsers meet hostile bytes, so they never run in the process that owns the data directory. A Pool keeps a few child
// processes (the same program, started as "extract-child") and hands each file over as an open descriptor. A child has
// no rights the file did not bring: it gets descriptors of regular files only, no network where the kernel allows that,
// a memory limit, and it dies with its parent. A child that overruns its time is killed and replaced; a child that
// crashes fails the one file it was reading.
//
// Reading a format is one function in one file, `func readX(in *input) (catalog.Document, error)`, listed in formats.go.
// Whatever a reader returns is valid UTF-8, free of NUL and control characters, with lines that end in \n; a file of a
// format without a reader is a Document without pages and no failure.
//
// A child also draws: Pool.Picture returns a page of a file as JPEG or TIFF (render*.go). Pictures have children and a
// queue of their own, so that neither a grid of thumbnails nor a folder that is read in holds up the other.
//
// Goroutines: Pool.Run owns one a child, and one that starts them, and ends them all before it returns. A child reads one file after another on
// its main goroutine.
package extract

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Want says how a file is to be read.
type Want struct {
	Name string // only hints at the format
	Size int64
	Open bool // files in archives become parts; otherwise they are listed
}

// Config names what extraction would do to any file. Stored text whose Config differs from this one is read again.
func Config() string { return "extract/4 pdfium/2.1.13" }

// Limits that a file cannot talk its way around.
const (
	maxText     = 50 << 20  // bytes of text a document
	maxPages    = 5000      // pages a document
	maxBlocks   = 200_000   // blocks a document that are told apart
	maxPart     = 64 << 20  // bytes a part of a zip unpacks to
	maxParts    = 100_000   // entries of a zip
	maxWhole    = 256 << 20 // bytes of a file that is read into memory at once
	maxFrame    = 256 << 20 // bytes of one answer of a child
	maxName     = 1 << 10   // bytes of a file name that a child gets to see
	wasmPages   = 512 << 20 >> 16
	memoryLimit = 1536 << 20 // bytes a child may own
)

// Options configure a Pool. Zero values mean the defaults.
type Options struct {
	Command  []string      // starts a child; default: this executable with the argument extract-child
	Children int           // to begin with; default: one a core, at most 4; one more for slow files starts when it is needed
	Most     int           // as SetPace may allow; default: Children
	Assets   string        // pdfium.wasm lies at <Assets>/lib/pdfium.wasm; empty: PDF files are Unavailable
	CacheDir string        // compiled code is kept here; default: sheaf/extract in the user's cache directory
	Painters int           // children that draw pictures and nothing else, started when they are needed; default 2
	Fast     time.Duration // what a file may take before it goes to the slow child; default 2 s
	Slow     time.Duration // what a file may take there, of the processor's time where the system tells of it; default 60 s
	Paint    time.Duration // what a picture may take; default 5 s
	Idle     time.Duration // how long a child without work is kept; default 30 s
	Memory   uint64        // bytes a child may own; default 1.5 GiB
	Logger   *slog.Logger  // default: slog.Default

	start   func(run func() error) error // runs what starts a child; nil: where it is
	patient bool                         // a child that is given little of the processor may take longer
	compile bool                         // the child compiles pdfium and reads nothing
	urgent  bool                         // somebody waits for what the child does

	prepares func() // told when a child begins to make ready the reader of PDF files
}

// Result is what reading a file gave.
type Result struct {
	Document catalog.Document
	SHA256   string // of the bytes that were read, lower-case hexadecimal
	picture  []byte // what was drawn, when that was asked for
	part     []byte // the bytes of a part, when those were
}

func (o Options) withDefaults() Options {
	if o.Children <= 0 {
		o.Children = min(runtime.NumCPU(), 4)
	}
	o.Most = max(o.Most, o.Children)
	if o.CacheDir == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			o.CacheDir = filepath.Join(dir, "sheaf", "extract")
		}
	}
	o.Fast = orElse(o.Fast, 2*time.Second)
	o.Slow = orElse(o.Slow, 60*time.Second)
	o.Paint = orElse(o.Paint, 5*time.Second)
	o.Painters = max(orElse(o.Painters, 2), 1)
	o.Idle = orElse(o.Idle, 30*time.Second)
	o.Memory = orElse(o.Memory, memoryLimit)
	if o.start == nil {
		o.start = func(run func() error) error { return run() }
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

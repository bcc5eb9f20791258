// Package bombs writes files that are made to hurt whoever reads them: small ones that unpack to gigabytes, ones that
// contain themselves, ones nested deeper than anybody writes, ones that claim more than they hold.
//
// Every bomb is the same each time it is made, and is written as a stream: none is ever held in memory, and none is
// kept in the repository. Size says how large they are; Full is what a measurement uses, Small what a test has time for.
package bombs

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Size is how much of it there is.
type Size struct {
	Packed int64 // bytes that a packed bomb unpacks to
	Line   int64 // bytes of a text without a line end
	Depth  int   // levels of what is nested
	Pages  int   // pages of a document
	Rows   int   // rows of a table
	Wide   int   // how often what is merely repeated is repeated
	Side   int   // pixels along a side of a picture that a decoder still takes
	Inner  int   // documents in a document in a document …
}

// Full is for measurements, Small for tests.
var (
	Full  = Size{Packed: 10 << 30, Line: 1 << 30, Depth: 100_000, Pages: 100_000, Rows: 10_000_000, Wide: 1_000_000, Side: 6300, Inner: 40}
	Small = Size{Packed: 80 << 20, Line: 4 << 20, Depth: 2_000, Pages: 200, Rows: 110_000, Wide: 5_000, Side: 600, Inner: 5}
)

// Bomb is one hostile file.
type Bomb struct {
	Name  string // of the file
	Whole bool   // a reader may read all of it and have nothing to say: there is no more in it than it seems
	Write func(w io.Writer, s Size) error
}

// All are the bombs, by kind.
func All() []Bomb {
	var all []Bomb
	for _, kind := range [][]Bomb{packed(), nested(), entities(), pdfs(), tables(), texts(), mails(), pictures(), containers(), archives()} {
		all = append(all, kind...)
	}
	return all
}

// Named are the bombs of those names, in the order of All.
func Named(names ...string) []Bomb {
	return slices.DeleteFunc(All(), func(b Bomb) bool { return !slices.Contains(names, b.Name) })
}

// Write writes bombs into a directory that is there.
func Write(dir string, list []Bomb, s Size) error {
	for _, b := range list {
		if err := b.write(filepath.Join(dir, b.Name), s); err != nil {
			return err
		}
	}
	return nil
}

func (b Bomb) write(path string, s Size) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := b.Write(w, s); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// repeat writes s so many times.
func repeat(w io.Writer, s string, times int) error {
	const at = 64 << 10
	several := 1
	if len(s) > 0 && len(s) < at {
		several = at / len(s)
	}
	block := make([]byte, 0, several*len(s))
	for range several {
		block = append(block, s...)
	}
	for ; times >= several; times -= several {
		if _, err := w.Write(block); err != nil {
			return err
		}
	}
	_, err := w.Write(block[:times*len(s)])
	return err
}

// around writes what opens so many levels, what lies in the innermost, and what closes them.
func around(w io.Writer, open, inner, end string, depth int) error {
	if err := repeat(w, open, depth); err != nil {
		return err
	}
	if _, err := io.WriteString(w, inner); err != nil {
		return err
	}
	return repeat(w, end, depth)
}

// plain is a bomb that is the same at every size.
func plain(name, content string) Bomb {
	return Bomb{Name: name, Write: func(w io.Writer, _ Size) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

// harmless is plain, with nothing in it that could be left out.
func harmless(name, content string) Bomb {
	b := plain(name, content)
	b.Whole = true
	return b
}

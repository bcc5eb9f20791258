package extract

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Child is the main loop of an extraction child: it answers requests from stdin on stdout until stdin ends, and returns
// the exit status. Nothing else may write to stdout.
func Child(stdin, stdout *os.File) int {
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, "extract-child:", err)
		return 1
	}
	if err := serve(stdin, stdout, readDocument); err != nil {
		fmt.Fprintln(os.Stderr, "extract-child:", err)
		return 1
	}
	return 0
}

// serve reads each requested file with read. The end of stdin is a clean end.
func serve(stdin, stdout *os.File, read func(*input) (catalog.Document, error)) error {
	in := newReceiver(stdin)
	s, err := receiveSettings(in)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	limitMemory(s.Memory)
	debug.SetMemoryLimit(int64(s.Memory / 4 * 3))
	debug.SetMaxStack(64 << 20)
	c := &child{out: stdout, read: read, pdf: &pdfReader{assets: s.Assets, cache: s.CacheDir, compiles: s.Compile}}
	if s.Compile {
		return c.compile()
	}
	c.pdf.prepare = c.tell
	defer c.pdf.close()
	if err := c.send(appendFrame(nil, []byte{frameReady})); err != nil {
		return err
	}
	for {
		r, f, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("request: %w", err)
		}
		if err := c.answer(r, f); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

func receiveSettings(in *receiver) (settings, error) {
	var s settings
	payload, err := in.frame()
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(payload, &s)
}

type child struct {
	out  *os.File
	read func(*input) (catalog.Document, error)
	pdf  *pdfReader

	patience allowance // with the present file

	whole []byte // reused from file to file
	frame []byte // reused from answer to answer
}

func (c *child) answer(r request, f *os.File) error {
	defer f.Close()
	if r.Picture.Form != "" {
		return c.send(c.drawn(r, f))
	}
	if r.Part != "" {
		return c.send(c.partBytes(r, f))
	}
	doc, sum, err := c.document(r, f)
	if err != nil {
		return c.send(appendFailure(c.frame[:0], err))
	}
	if c.patience.later {
		return c.send(appendFrame(c.frame[:0], []byte{frameLater}))
	}
	return c.send(appendResult(c.frame[:0], sum, doc))
}

// document reads one file.
func (c *child) document(r request, f *os.File) (doc catalog.Document, sum [sha256.Size]byte, err error) {
	err = c.visit(r, f, func(in *input) (err error) {
		if sum, err = in.hash(); err != nil {
			return catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
		}
		doc, err = c.read(in)
		return err
	})
	return doc, sum, err
}

// partBytes is the child's answer to a request for the bytes of a part.
func (c *child) partBytes(r request, f *os.File) []byte {
	var data []byte
	err := c.visit(r, f, func(in *input) (err error) {
		if in.whole != nil || in.size == 0 {
			_, err = in.hash() // fills whole
		} else {
			in.head, err = beginning(in)
		}
		if err != nil {
			return catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
		}
		data, err = memberBytes(in, strings.Split(r.Part, "/"))
		return err
	})
	if err == nil && len(data) > maxFrame-1 {
		err = catalog.Errorf(catalog.TooLarge, "This document is too large to be taken out of its container.")
	}
	if err != nil {
		return appendFailure(c.frame[:0], err)
	}
	return appendFrame(nil, append([]byte{framePart}, data...))
}

// visit lets do work on a file, and holds the file to staying as it is meanwhile. A panic of a parser is the file's
// failure, as far as Go lets us have it.
func (c *child) visit(r request, f *os.File, do func(*input) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = catalog.WrapError(catalog.Unsupported, "This file is malformed and cannot be read.", fmt.Errorf("panic: %v", p))
		}
	}()
	before, err := f.Stat()
	if err != nil {
		return catalog.WrapError(catalog.Unavailable, "The file cannot be opened.", err)
	}
	if !before.Mode().IsRegular() {
		return catalog.Errorf(catalog.Unsupported, "This is not a regular file.")
	}
	c.patience = allowance{slow: r.Slow, until: time.Now().Add(slowest - 2*ocrPageTime), goesOn: func() { c.tell(frameGoesOn) }}
	in := &input{name: r.Name, file: f, size: before.Size(), pdf: c.pdf, passwords: r.Passwords, patience: &c.patience, open: r.Open}
	if in.size <= maxKept {
		c.whole = grow(c.whole, int(in.size))
		in.whole = c.whole
	}
	if err := do(in); err != nil {
		return err
	}
	after, err := f.Stat()
	if err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return catalog.Errorf(catalog.Unavailable, "The file changed while it was being read.")
	}
	return nil
}

func (c *child) tell(kind byte) { _ = c.send(appendFrame(nil, []byte{kind})) }

func (c *child) send(frame []byte) error {
	_, err := c.out.Write(frame)
	if cap(frame) > cap(c.frame) && cap(frame) <= 1<<20 {
		c.frame = frame[:0]
	}
	return err
}

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

package extract

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// RenderConfig names how pictures are made. A picture that was made under another one may look different.
func RenderConfig() string { return "render/1 pdfium/2.1.13" }

// Limits of pictures.
const (
	pictureQueue  = 128       // pictures that are asked for at once
	maxPicture    = 64 << 20  // bytes of a picture that was made
	maxDrawn      = 36 << 20  // pixels that are drawn: A1 at 200 to the inch
	maxEdge       = 65_000    // pixels of an edge that is drawn; many programs count no further than 65,535
	maxDecoded    = 100 << 20 // pixels of a picture that is made smaller
	maxTypeset    = 32 << 20  // bytes of a file whose text is typeset
	tiffPerInch   = 200
	pointsPerInch = 72
)

// Picture is a page as it was drawn.
type Picture struct {
	Bytes  []byte
	SHA256 string // of the file that was read, lower-case hexadecimal
}

// Picture draws a page of f, which stays the caller's and must be open for reading. spec must be complete. It waits for a
// child that draws, and for Run to be called.
//
// Errors concern this picture and say nothing about the file's text: NotFound for a page that is not there; Unsupported for
// what cannot be drawn (a format without pictures, encrypted, malformed, over a limit of time or memory); Unavailable (the
// child crashed, the file changed meanwhile, too many at once, the pool has ended, no PDF reader) for what may pass. When
// ctx ends first, its error is returned.
func (p *Pool) Picture(ctx context.Context, f *os.File, name string, size int64, spec catalog.DerivativeSpec) (Picture, error) {
	select {
	case p.asked <- struct{}{}:
		defer func() { <-p.asked }()
	default:
		return Picture{}, catalog.Errorf(catalog.Unavailable, "Too many pictures are asked for at once; try again in a moment.")
	}
	r, err := p.unlocked(ctx, p.pictures, &job{file: f, name: name, size: size, picture: spec})
	return Picture{Bytes: r.picture, SHA256: r.SHA256}, p.undrawn(err)
}

// undrawn puts what went wrong with a file into the words of a picture.
func (p *Pool) undrawn(err error) error {
	switch {
	case errors.Is(err, errOverrun):
		return &catalog.Error{Code: catalog.Unsupported, Message: fmt.Sprintf("A picture of this page takes longer than %v to make.", seconds(p.options.Paint)), Err: err}
	case errors.Is(err, errCrash):
		return &catalog.Error{Code: catalog.Unavailable, Message: "Making this picture stopped unexpectedly; try again.", Err: err}
	case catalog.CodeOf(err) == catalog.TooLarge:
		return &catalog.Error{Code: catalog.Unsupported, Message: catalog.MessageOf(err), Err: err}
	}
	return err
}

// newPictureLane is a lane whose jobs never wait behind one another: whichever child is free takes the next.
func newPictureLane(o Options, p *pacer, jobs <-chan *job) *lane {
	o.urgent = true
	l := newLane(o, p, 0, jobs, o.Paint)
	l.ahead = 1
	return l
}

// wants is the kind of frame that answers the job.
func (j *job) wants() byte {
	switch {
	case j.picture.Form != "":
		return framePicture
	case j.part != "":
		return framePart
	}
	return frameDocument
}

func (j *job) decode(payload []byte) (Result, error) {
	switch {
	case j.picture.Form != "":
		return decodePicture(payload, j.picture.Form)
	case j.part != "":
		return Result{part: payload}, nil
	}
	return decodeResult(payload)
}

package extract

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
	"os"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// drawn is the child's answer to a request for a picture.
func (c *child) drawn(r request, f *os.File) []byte {
	var picture []byte
	var hash [sha256.Size]byte
	err := c.visit(r, f, func(in *input) (err error) {
		draw, sum, err := c.known(in)
		if err != nil {
			return err
		}
		hash = sum
		picture, err = made(in, draw, r.Picture)
		return err
	})
	if err != nil {
		return appendFailure(c.frame[:0], err)
	}
	return appendPicture(c.frame[:0], hash, picture)
}

// known finds out how a file is drawn, and its hash. A film of many gigabytes is not hashed before it is known that there
// are pictures of it; how others are drawn may depend on all of their bytes.
func (c *child) known(in *input) (draw drawing, hash [sha256.Size]byte, err error) {
	large := in.size > maxKept
	if large {
		if in.head, err = beginning(in); err != nil {
			return nil, hash, err
		}
		if draw, err = c.drawing(in); err != nil {
			return nil, hash, err
		}
	}
	if hash, err = in.hash(); err != nil {
		return nil, hash, catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
	}
	if !large {
		draw, err = c.drawing(in)
	}
	return draw, hash, err
}

func beginning(in *input) ([]byte, error) {
	head := make([]byte, min(in.size, 64<<10))
	if n, err := in.file.ReadAt(head, 0); n != len(head) && err != io.EOF {
		return nil, catalog.WrapError(catalog.Unavailable, "The file could not be read.", err)
	}
	return head, nil
}

// drawing draws one page.
type drawing func(in *input, spec catalog.DerivativeSpec) (sheet, error)

// sheet is a page as pixels, without anything transparent. Packages that draw are handed its RGBA, which they know how to
// draw on quickly.
type sheet struct {
	*image.RGBA
	perInch float64 // pixels
}

// drawing is how a file is drawn, which follows from its bytes alone.
func (c *child) drawing(in *input) (drawing, error) {
	if in.size == 0 {
		return nil, catalog.Errorf(catalog.Unsupported, "This file is empty, so there is no picture of it.")
	}
	f := detect(in)
	if f.mime == mimePDF {
		return drawPDF, nil
	}
	if picture, ok := pictureFormats[f.mime]; ok {
		return picture.draw, nil
	}
	if f.read == nil {
		return nil, catalog.Errorf(catalog.Unsupported, "There are no pictures of files of this kind (%s).", f.mime)
	}
	if in.size > maxTypeset {
		return nil, catalog.Errorf(catalog.Unsupported, "This file is too large for a picture of its text: %d MB, and %d MB are the limit.", in.size>>20, maxTypeset>>20)
	}
	return c.drawText, nil
}

// made draws a page and encodes it.
func made(in *input, draw drawing, spec catalog.DerivativeSpec) ([]byte, error) {
	page, err := draw(in, spec)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if spec.Form == catalog.FormTIFF {
		err = encodeTIFF(&b, page)
	} else {
		err = jpeg.Encode(&b, page.RGBA, &jpeg.Options{Quality: 82})
	}
	if err != nil {
		return nil, err
	}
	if b.Len() > maxPicture {
		return nil, catalog.Errorf(catalog.Unsupported, "The picture of this page is too large: %d MB, and %d MB are the limit.", b.Len()>>20, maxPicture>>20)
	}
	return b.Bytes(), nil
}

// newSheet is an empty one: white.
func newSheet(width, height int, perInch float64) sheet {
	s := sheet{image.NewRGBA(image.Rect(0, 0, width, height)), perInch}
	draw.Draw(s.RGBA, s.Rect, image.White, image.Point{}, draw.Src)
	return s
}

// noPage is the error for a page beyond the last one.
func noPage(number, pages int) error {
	if pages == 1 {
		return catalog.Errorf(catalog.NotFound, "There is no page %d: this document has one.", number)
	}
	return catalog.Errorf(catalog.NotFound, "There is no page %d: this document has %d.", number, pages)
}

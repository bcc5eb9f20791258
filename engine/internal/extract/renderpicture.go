package extract

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"

	"github.com/bep/imagemeta"
	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// pictureFormat is a format of pictures that we can decode.
type pictureFormat struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	meta   imagemeta.ImageFormat // where the orientation stands; 0: nowhere
}

var pictureFormats = map[string]pictureFormat{
	"image/jpeg":             {jpeg.DecodeConfig, jpeg.Decode, imagemeta.JPEG},
	"image/png":              {png.DecodeConfig, png.Decode, imagemeta.PNG},
	"image/vnd.mozilla.apng": {png.DecodeConfig, png.Decode, imagemeta.PNG},
	"image/gif":              {gif.DecodeConfig, gif.Decode, 0},
	"image/webp":             {webp.DecodeConfig, webp.Decode, imagemeta.WebP},
	"image/tiff":             {tiff.DecodeConfig, tiff.Decode, imagemeta.TIFF},
	"image/bmp":              {bmp.DecodeConfig, bmp.Decode, 0},
}

// draw makes a picture as small as it is wanted, never larger than it is. Its size is looked at before it is decoded: a
// file of a few bytes can claim any.
func (f pictureFormat) draw(in *input, spec catalog.DerivativeSpec) (sheet, error) {
	data, err := in.bytes()
	if err != nil {
		return sheet{}, err
	}
	pages := 1
	if f.meta == imagemeta.TIFF {
		if data, pages = tiffPage(data, spec.Page); pages == 0 {
			return sheet{}, malformedPicture(nil)
		}
	}
	if spec.Page > pages {
		return sheet{}, noPage(spec.Page, pages)
	}
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return sheet{}, malformedPicture(err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxDecoded/config.Height {
		return sheet{}, catalog.Errorf(catalog.Unsupported, "This picture is too large: %d by %d pixels, and %d million are the limit.", config.Width, config.Height, maxDecoded>>20)
	}
	whole, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return sheet{}, malformedPicture(err)
	}
	return upright(reduced(whole, spec), f.orientation(data)), nil
}

func malformedPicture(err error) error {
	return &catalog.Error{Code: catalog.Unsupported, Message: "This picture is malformed, or made in a way that Sheaf does not know.", Err: err}
}

// reduced scales a picture down to what is wanted.
func reduced(whole image.Image, spec catalog.DerivativeSpec) sheet {
	from := whole.Bounds()
	scale := min(1, float64(spec.Size)/float64(max(from.Dx(), from.Dy())))
	if spec.Form == catalog.FormTIFF {
		scale = min(1, math.Sqrt(maxDrawn/float64(from.Dx())/float64(from.Dy())), maxEdge/float64(max(from.Dx(), from.Dy())))
	}
	edge := func(n int) int { return max(1, int(math.Round(float64(n)*scale))) }
	s := newSheet(edge(from.Dx()), edge(from.Dy()), tiffPerInch)
	if s.Bounds().Size() == from.Size() {
		draw.Draw(s.RGBA, s.Rect, whole, from.Min, draw.Over)
		return s
	}
	if by := int(0.5 / scale); by > 1 {
		whole = averaged(whole, by)
	}
	draw.CatmullRom.Scale(s.RGBA, s.Rect, whole, whole.Bounds(), draw.Over, nil)
	return s
}

// averaged makes one pixel of each square of by by, on white. On its way to a thumbnail a photograph is brought to twice
// the size like this, which is five times as fast as to weigh every pixel and looks the same.
func averaged(whole image.Image, by int) *image.RGBA {
	from := whole.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, (from.Dx()+by-1)/by, (from.Dy()+by-1)/by))
	band := image.NewRGBA(image.Rect(0, 0, from.Dx(), by))
	for y := range small.Rect.Dy() {
		rows := min(by, from.Dy()-y*by)
		draw.Draw(band, band.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(band, image.Rect(0, 0, from.Dx(), rows), whole, from.Min.Add(image.Pt(0, y*by)), draw.Over)
		for x := range small.Rect.Dx() {
			columns := min(by, from.Dx()-x*by)
			mean := average(band.Pix[4*x*by:], band.Stride, columns, rows)
			copy(small.Pix[y*small.Stride+4*x:], mean[:])
		}
	}
	return small
}

// average is the mean colour of a rectangle of RGBA.
func average(pixels []byte, stride, columns, rows int) [4]byte {
	var r, g, b uint32
	for y := range rows {
		for row := pixels[y*stride:][:4*columns]; len(row) >= 4; row = row[4:] {
			r, g, b = r+uint32(row[0]), g+uint32(row[1]), b+uint32(row[2])
		}
	}
	n := uint32(columns * rows)
	return [4]byte{byte((r + n/2) / n), byte((g + n/2) / n), byte((b + n/2) / n), 0xff}
}

// orientation is the EXIF orientation of a picture, 1 to 8; 1 when it has none.
func (f pictureFormat) orientation(data []byte) int {
	found := 1
	if f.meta == 0 {
		return found
	}
	if end := bytes.Index(data, []byte("IEND")); f.meta == imagemeta.PNG && end > 0 {
		data = data[:end] // what follows the end of a picture may be long
	}
	_, _ = imagemeta.Decode(imagemeta.Options{ // without metadata that can be read a picture is upright
		R: bytes.NewReader(data), ImageFormat: f.meta, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Tag == "Orientation" && t.Namespace == "IFD0" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if n, ok := t.Value.(uint16); ok && n >= 1 && n <= 8 {
				found = int(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return found
}

// upright turns and mirrors a picture as its orientation asks. The names of the eight are in the EXIF standard by where
// the first row and the first column of the stored picture belong.
func upright(s sheet, orientation int) sheet {
	if orientation == 1 {
		return s
	}
	w, h := s.Bounds().Dx(), s.Bounds().Dy()
	turned := sheet{image.NewRGBA(image.Rect(0, 0, w, h)), s.perInch}
	if orientation >= 5 {
		turned.RGBA = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := turned.PixOffset(placed(orientation, x, y, w, h))
			copy(turned.Pix[to:to+4], s.Pix[s.PixOffset(x, y):][:4])
		}
	}
	return turned
}

// placed is where the pixel at x, y of a stored picture of w by h belongs.
func placed(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2: // first row at the top, first column at the right
		return w - 1 - x, y
	case 3: // bottom, right
		return w - 1 - x, h - 1 - y
	case 4: // bottom, left
		return x, h - 1 - y
	case 5: // left, top
		return y, x
	case 6: // right, top
		return h - 1 - y, x
	case 7: // right, bottom
		return h - 1 - y, w - 1 - x
	case 8: // left, bottom
		return y, w - 1 - x
	}
	return x, y
}

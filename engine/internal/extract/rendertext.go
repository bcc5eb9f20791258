package extract

import (
	"image"
	"image/color"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// A page of text is set on a small sheet, so that a thumbnail of it can still be recognised: A5, in points. What does not
// fit on it is not shown.
const (
	sheetWidth, sheetHeight = 420, 595
	sheetMargin             = 32
	bodySize                = 11
	codeSize                = 9.5
	lineHeight              = 1.35
	typesetRunes            = 20_000 // more than fits on a sheet
)

// drawText sets the text of a page, as it is read for searching, in type: headings bold, code in a fixed width.
func (c *child) drawText(in *input, spec catalog.DerivativeSpec) (sheet, error) {
	doc, err := c.read(in)
	if err != nil {
		return sheet{}, err
	}
	switch {
	case len(doc.Pages) == 0:
		return sheet{}, catalog.Errorf(catalog.Unsupported, "There is no picture of this file: it holds no text that Sheaf can read.")
	case spec.Page > len(doc.Pages):
		return sheet{}, noPage(spec.Page, len(doc.Pages))
	}
	page := doc.Pages[spec.Page-1]
	width, height, perInch := extent(sheetWidth, sheetHeight, spec)
	t := typesetter{page: newSheet(width, height, perInch), scale: perInch / pointsPerInch, y: sheetMargin, faces: map[style]font.Face{}}
	if t.fonts, err = parseFonts(); err != nil {
		return sheet{}, err
	}
	if !t.knows(page.Text) {
		return sheet{}, catalog.Errorf(catalog.Unsupported, "There is no picture of this text: Sheaf has no typeface for its script.")
	}
	return t.page, t.set(page)
}

// style is how a block is set.
type style struct {
	face int // an index of the fonts
	size float64
}

const (
	faceRegular = iota
	faceBold
	faceMono
)

func parseFonts() ([]*sfnt.Font, error) {
	fonts := make([]*sfnt.Font, 3)
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF, gomono.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return nil, err
		}
		fonts[i] = f
	}
	return fonts, nil
}

func styleOf(b catalog.Block) style {
	switch b.Kind {
	case catalog.BlockHeading:
		return style{faceBold, bodySize + 1.5*float64(max(0, 4-max(1, b.Level)))}
	case catalog.BlockCode:
		return style{faceMono, codeSize}
	}
	return style{faceRegular, bodySize}
}

// typesetter puts lines on a sheet from top to bottom.
type typesetter struct {
	page  sheet
	scale float64 // pixels a point
	y     float64 // where the next line begins, in points
	fonts []*sfnt.Font
	faces map[style]font.Face
}

// knows reports whether there are letters for most of a text.
func (t *typesetter) knows(text string) bool {
	var buffer sfnt.Buffer
	known, unknown := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		if i, err := t.fonts[faceRegular].GlyphIndex(&buffer, r); err == nil && i != 0 {
			known++
		} else {
			unknown++
		}
		if known+unknown == 2000 {
			break
		}
	}
	return unknown <= known
}

// set sets the blocks of a page, and whatever stands between them as paragraphs, until the sheet is full.
func (t *typesetter) set(page catalog.Page) error {
	points := []rune(page.Text)
	points = points[:min(len(points), typesetRunes)]
	at := 0
	for _, b := range append(page.Blocks, catalog.Block{Span: catalog.Span{Start: len(points), End: len(points)}}) {
		start, end := min(b.Start, len(points)), min(b.End, len(points))
		if err := t.block(string(points[at:start]), style{faceRegular, bodySize}); err != nil {
			return err
		}
		if err := t.block(string(points[start:end]), styleOf(b)); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// block sets the lines of a block, broken where they are too long.
func (t *typesetter) block(text string, s style) error {
	if strings.TrimSpace(text) == "" || t.full(s) {
		return nil
	}
	face, err := t.face(s)
	if err != nil {
		return err
	}
	room := fixed.Int26_6((sheetWidth - 2*sheetMargin) * t.scale * 64)
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		line = strings.ReplaceAll(strings.TrimRight(line, " \t\r"), "\t", "    ")
		for {
			var first string
			first, line = broken(face, line, room)
			t.line(face, first, s)
			if line == "" || t.full(s) {
				break
			}
		}
	}
	t.y += s.size * 0.4
	return nil
}

func (t *typesetter) full(s style) bool { return t.y+s.size*lineHeight > sheetHeight-sheetMargin }

func (t *typesetter) face(s style) (font.Face, error) {
	if f := t.faces[s]; f != nil {
		return f, nil
	}
	f, err := opentype.NewFace(t.fonts[s.face], &opentype.FaceOptions{Size: s.size * t.scale, DPI: 72})
	t.faces[s] = f
	return f, err
}

// line sets one line, unless the sheet is full.
func (t *typesetter) line(face font.Face, text string, s style) {
	if t.full(s) {
		return
	}
	d := font.Drawer{Dst: t.page.RGBA, Src: image.NewUniform(color.Gray{0x20}), Face: face, Dot: fixed.Point26_6{
		X: fixed.Int26_6(sheetMargin * t.scale * 64), Y: fixed.Int26_6((t.y + s.size) * t.scale * 64),
	}}
	d.DrawString(text)
	t.y += s.size * lineHeight
}

// broken takes as much of a line as fits, up to the last space within that where there is one.
func broken(face font.Face, line string, room fixed.Int26_6) (first, rest string) {
	var width fixed.Int26_6
	space := 0
	for i, r := range line {
		advance, _ := face.GlyphAdvance(r) // one that is missing has the width of its stand-in
		if width += advance; width > room && i > 0 {
			if space > 0 {
				return line[:space], strings.TrimLeft(line[space:], " ")
			}
			return line[:i], line[i:]
		}
		if r == ' ' {
			space = i
		}
	}
	return line, ""
}

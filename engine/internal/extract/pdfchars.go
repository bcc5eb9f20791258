package extract

import (
	"context"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
)

// pdfium tells the text of a page in one piece, which is right for most pages and fast. It is wrong in some ways, and only
// a look at every character with its place tells: a glyph that its font gives no meaning comes as the character that has
// the glyph's number; scripts that run from right to left come in the order of sight where a program has drawn them
// letter by letter; words that are spaced out, or written upwards, come as single letters (pdfplaced.go).

const (
	sampled     = 64      // characters of a page that are asked for their meaning
	fewLetters  = 20      // of which nothing follows for a page
	maxPlaced   = 200_000 // characters of a page that are looked at one by one
	simpleCodes = 0x100   // a code of one byte is most often the character that it would be in Latin
)

// glyph is one character of a page. Its place is told in points along the line that it is written on, and across.
type glyph struct {
	r          rune
	along, end float64 // where it begins, and where it ends
	across     float64 // where its baseline is
	height     float64
	angle      float64 // of the line, counterclockwise, in radians
	generated  bool    // pdfium has put it between others, for a gap
}

// text is the text of a page that was loaded for it. legible is false where most of it has no meaning, as in documents
// whose fonts have lost the table that says which letter a glyph is.
func (p *pdfium) text(ctx context.Context, page uint64) (text string, legible bool, err error) {
	n, err := p.call(ctx, "FPDFText_CountChars", page)
	if err != nil || int32(n) <= 0 {
		return "", true, err
	}
	n = min(n, maxText)
	at, err := p.buffer(ctx, uint32(n+1)*2)
	if err != nil {
		return "", true, err
	}
	written, err := p.call(ctx, "FPDFText_GetText", page, 0, n, uint64(at))
	if err != nil {
		return "", true, err
	}
	text = p.utf16At(at, min(uint32(written), uint32(n+1))*2)
	lost, err := p.meaningless(ctx, page, n)
	if err != nil {
		return "", true, err
	}
	if n <= maxPlaced && (lost > 0 && strings.ContainsFunc(text, isWideCode) || strings.ContainsFunc(text, needsPlaces) || isTornApart(text)) {
		if text, err = p.placedText(ctx, page, n); err != nil {
			return "", true, err
		}
	}
	return text, lost <= 0.5 || n < fewLetters, nil
}

// meaningless is the share of a page's characters that have no meaning, by a sample.
func (p *pdfium) meaningless(ctx context.Context, page, n uint64) (float64, error) {
	lost, asked := 0, 0
	for i := uint64(0); i < n; i += max(1, n/sampled) {
		wrong, err := p.call(ctx, "FPDFText_HasUnicodeMapError", page, i)
		if err != nil {
			return 0, err
		}
		asked++
		if int32(wrong) == 1 {
			lost++
		}
	}
	return float64(lost) / float64(asked), nil
}

func isWideCode(r rune) bool { return r >= simpleCodes }

// needsPlaces: letters that run from right to left, and those that marks are drawn around.
func needsPlaces(r rune) bool {
	return r >= 0x300 && (isRightToLeft(r) || unicode.IsMark(r))
}

// placedText puts a page's text together from its characters.
func (p *pdfium) placedText(ctx context.Context, page, n uint64) (string, error) {
	glyphs, err := p.glyphs(ctx, page, n)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, line := range linesOf(glyphs) {
		for _, g := range inReadingOrder(closedUp(line)) {
			b.WriteRune(g.r)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// glyphs are a page's characters; one without a meaning is a space.
func (p *pdfium) glyphs(ctx context.Context, page, n uint64) ([]glyph, error) {
	const room = 32 // four floats or two doubles
	at, err := p.buffer(ctx, room)
	if err != nil {
		return nil, err
	}
	list := make([]glyph, 0, n)
	for i := range n {
		code, err := p.call(ctx, "FPDFText_GetUnicode", page, i)
		if err != nil {
			return nil, err
		}
		g := glyph{r: rune(uint32(code))}
		if g.r == 0 {
			continue
		}
		if len(list) > 0 && utf16.IsSurrogate(list[len(list)-1].r) && utf16.IsSurrogate(g.r) {
			list[len(list)-1].r = utf16.DecodeRune(list[len(list)-1].r, g.r)
			continue
		}
		if err := p.place(ctx, page, i, uint64(at), &g); err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, nil
}

// place finds out where a character stands, and whether it means anything.
func (p *pdfium) place(ctx context.Context, page, i, at uint64, g *glyph) error {
	generated, err := p.call(ctx, "FPDFText_IsGenerated", page, i)
	if err != nil || int32(generated) == 1 {
		g.generated = true
		return err
	}
	if isWideCode(g.r) {
		lost, err := p.call(ctx, "FPDFText_HasUnicodeMapError", page, i)
		if err != nil {
			return err
		}
		if int32(lost) == 1 {
			g.r = ' '
		}
	}
	memory := p.module.Memory()
	if _, err := p.call(ctx, "FPDFText_GetMatrix", page, i, at); err != nil {
		return err
	}
	a, _ := memory.ReadFloat32Le(uint32(at)) // FS_MATRIX: a, b, c, d, e, f
	b, _ := memory.ReadFloat32Le(uint32(at) + 4)
	g.angle = math.Atan2(float64(b), float64(a))
	if _, err := p.call(ctx, "FPDFText_GetCharOrigin", page, i, at, at+8); err != nil {
		return err
	}
	x, _ := memory.ReadFloat64Le(uint32(at))
	y, _ := memory.ReadFloat64Le(uint32(at) + 8)
	if _, err := p.call(ctx, "FPDFText_GetLooseCharBox", page, i, at); err != nil {
		return err
	}
	var box [4]float64 // FS_RECTF: left, top, right, bottom
	for side := range box {
		at, _ := memory.ReadFloat32Le(uint32(at) + 4*uint32(side))
		box[side] = float64(at)
	}
	g.turnTo(x, y, box)
	return nil
}

// turnTo tells the place of a glyph along its own line, from its place on the page.
func (g *glyph) turnTo(x, y float64, box [4]float64) {
	sin, cos := math.Sincos(g.angle)
	g.along, g.across = x*cos+y*sin, y*cos-x*sin
	left, top, right, bottom := box[0], box[1], box[2], box[3]
	switch {
	case cos > 0.99:
		g.end, g.height = right, top-bottom
	case cos < -0.99:
		g.end, g.height = -left, top-bottom
	case sin > 0.99:
		g.end, g.height = top, right-left
	case sin < -0.99:
		g.end, g.height = -bottom, right-left
	default: // aslant: the box is larger than the letter
		g.height = max(top-bottom, right-left)
		g.end = g.along + g.height/2
	}
}

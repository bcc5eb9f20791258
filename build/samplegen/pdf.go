package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// An A4 page in points.
const (
	pageWidth, pageHeight = 595, 842
	margin                = 72
	textWidth             = pageWidth - 2*margin
)

// makePDF writes text in Helvetica, which every reader has. Lines are wrapped; a page that is full goes on to the next.
func makePDF(blocks []block) ([]byte, error) {
	s := &setter{}
	for _, b := range blocks {
		switch b.kind {
		case title:
			s.text("F2", 20, 0, b.text)
		case heading:
			s.space(6)
			s.text("F2", 13, 0, b.text)
		case item:
			s.text("F1", 11, 14, "\u2022 "+b.text)
		case row:
			s.text("F1", 11, 0, strings.Join(b.cells, "   "))
		case pageBreak:
			s.newPage()
		default:
			s.text("F1", 11, 0, b.text)
		}
		s.space(6)
	}
	return writePDF(s.pages, documentTitle(blocks))
}

func documentTitle(blocks []block) string {
	for _, b := range blocks {
		if b.kind == title {
			return b.text
		}
	}
	return ""
}

// setter lays lines on pages from the top down. Each page is its content stream.
type setter struct {
	pages []*bytes.Buffer
	y     float64 // baseline of the last line, from the bottom
}

func (s *setter) newPage() {
	s.pages = append(s.pages, &bytes.Buffer{})
	s.y = pageHeight - margin
}

func (s *setter) space(points float64) { s.y -= points }

func (s *setter) text(font string, size, indent float64, text string) {
	for _, line := range wrap(text, (textWidth-indent)*1000/size) {
		if len(s.pages) == 0 || s.y-size*1.4 < margin {
			s.newPage()
		}
		s.y -= size * 1.4
		fmt.Fprintf(s.pages[len(s.pages)-1], "BT /%s %g Tf %g %g Td (%s) Tj ET\n", font, size, margin+indent, s.y, pdfString(line))
	}
}

// wrap breaks text at spaces into lines no wider than width, in thousandths of the font size.
func wrap(text string, width float64) []string {
	var lines []string
	line, used := "", 0.0
	for _, word := range strings.Fields(text) {
		w := 0.0
		for _, r := range word {
			w += advance(r)
		}
		if line != "" && used+advance(' ')+w > width {
			lines, line, used = append(lines, line), "", 0
		}
		if line != "" {
			line, used = line+" ", used+advance(' ')
		}
		line, used = line+word, used+w
	}
	return append(lines, line)
}

// helvetica holds the advance widths of U+0020 to U+007E in thousandths, from the font's metrics.
var helvetica = [95]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

func advance(r rune) float64 {
	if r >= ' ' && int(r-' ') < len(helvetica) {
		return float64(helvetica[r-' '])
	}
	return 600
}

// pdfString is text in the font's encoding, with the string delimiters escaped.
func pdfString(text string) string {
	encoded, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		encoded = strings.Map(func(r rune) rune {
			if r > 126 {
				return '?'
			}
			return r
		}, text)
	}
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(encoded)
}

// writePDF numbers the objects: 1 catalog, 2 page tree, 3 and 4 fonts, 5 properties, then two a page.
func writePDF(pages []*bytes.Buffer, title string) ([]byte, error) {
	var out bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&out, format, args...)
		out.WriteString("\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 6+2*i)
	}
	object("<< /Type /Pages /Count %d /Kids [ %s] /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>", len(pages), kids.String(), pageWidth, pageHeight)
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
	object("<< /Title (%s) >>", pdfString(title))
	for i, content := range pages {
		object("<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>", 7+2*i)
		object("<< /Length %d >>\nstream\n%sendstream", content.Len(), content.String())
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
	return out.Bytes(), nil
}

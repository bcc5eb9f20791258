package bombs

import (
	"fmt"
	"io"
	"strings"
)

// pdf writes the objects of a PDF as they come, and the table of where they are at its end. The first error stays.
type pdf struct {
	w       io.Writer
	at      int64
	objects []int64
	err     error
}

func newPDF(w io.Writer) *pdf {
	p := &pdf{w: w}
	p.print("%%PDF-1.7\n")
	return p
}

func (p *pdf) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(b)
	p.at += int64(n)
	p.err = err
	return n, err
}

func (p *pdf) print(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// object writes the next object, numbered from 1.
func (p *pdf) object(format string, args ...any) {
	p.objects = append(p.objects, p.at)
	p.print("%d 0 obj", len(p.objects))
	p.print(format, args...)
	p.print("\nendobj\n")
}

// stream writes the next object as a stream with more in its dictionary.
func (p *pdf) stream(dictionary, data string) {
	p.object("<<%s/Length %d>>stream\n%s\nendstream", dictionary, len(data), strings.ReplaceAll(data, "%", "%%"))
}

// packed writes the next object as a deflated stream.
func (p *pdf) packed(dictionary string, c content) {
	p.objects = append(p.objects, p.at)
	p.print("%d 0 obj<<%s/Filter/FlateDecode/Length %d>>stream\n", len(p.objects), dictionary, c.packedSize()+6)
	if err := writeZlib(p, c); p.err == nil {
		p.err = err
	}
	p.print("\nendstream\nendobj\n")
}

// end writes the table and the trailer; the first object is the catalog.
func (p *pdf) end(trailer string) error {
	start := p.at
	p.print("xref\n0 %d\n0000000000 65535 f \n", len(p.objects)+1)
	for _, at := range p.objects {
		p.print("%010d 00000 n \n", at)
	}
	p.print("trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(p.objects)+1, trailer, start)
	return p.err
}

const (
	pdfCatalog = "<</Type/Catalog/Pages 2 0 R>>"
	pdfFont    = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
	pdfText    = "BT /F 12 Tf 50 700 Td (Boom, said the page.) Tj ET"
)

// onePage is a PDF of one page that shows a text and then what more says; further objects begin with the sixth.
func onePage(resources, more string, further func(p *pdf)) func(io.Writer, Size) error {
	return func(w io.Writer, _ Size) error {
		p := newPDF(w)
		p.object(pdfCatalog)
		p.object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
		p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>%s>>/Contents 5 0 R>>", resources)
		p.object(pdfFont)
		p.stream("", pdfText+more)
		if further != nil {
			further(p)
		}
		return p.end("")
	}
}

// pdfs are the documents that draw themselves, hold themselves, or claim what they have not.
func pdfs() []Bomb {
	const form = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
	bomb := func(name string, write func(io.Writer, Size) error) Bomb { return Bomb{Name: name, Write: write} }
	harmless := func(name string, write func(io.Writer, Size) error) Bomb {
		return Bomb{Name: name, Whole: true, Write: write}
	}
	return []Bomb{
		harmless("form-of-itself.pdf", onePage("/XObject<</X 6 0 R>>", " /X Do", func(p *pdf) {
			p.stream(form+"/Resources<</XObject<</X 6 0 R>>>>", strings.Repeat("/X Do ", 10))
		})),
		bomb("forms-of-forms.pdf", onePage("/XObject<</X 6 0 R>>", " /X Do", func(p *pdf) { // 10 of 10 of 10 …
			for i := range 12 {
				p.stream(fmt.Sprintf("%s/Resources<</XObject<</X %d 0 R>>>>", form, 7+i), strings.Repeat("/X Do ", 10))
			}
			p.stream(form+"/Resources<</Font<</F 4 0 R>>>>", pdfText)
		})),
		harmless("pattern-of-itself.pdf", onePage("/Pattern<</P 6 0 R>>", " /Pattern cs /P scn 0 0 600 800 re f", func(p *pdf) {
			p.stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<</Pattern<</P 6 0 R>>>>", "/Pattern cs /P scn 0 0 1 1 re f")
		})),
		harmless("font-of-itself.pdf", onePage("/Font<</T 6 0 R/F 4 0 R>>", " BT /T 12 Tf (aaaa) Tj ET", func(p *pdf) {
			p.object("<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</T 6 0 R>>>>>>")
			p.stream("", "9 0 d0 BT /T 12 Tf (aaaa) Tj ET")
		})),
		bomb("pages-of-itself.pdf", func(w io.Writer, s Size) error {
			p := newPDF(w)
			p.object(pdfCatalog)
			p.object("<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count %d>>", s.Wide)
			return p.end("")
		}),
		bomb("a-million-claimed.pdf", func(w io.Writer, _ Size) error {
			p := newPDF(w)
			p.object(pdfCatalog)
			p.object("<</Type/Pages/Kids[3 0 R]/Count 1000000>>")
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>")
			p.object(pdfFont)
			p.stream("", pdfText)
			return p.end("")
		}),
		bomb("one-page-a-million-times.pdf", func(w io.Writer, s Size) error {
			p := newPDF(w)
			p.object(pdfCatalog)
			p.objects = append(p.objects, p.at)
			p.print("2 0 obj<</Type/Pages/Kids[")
			if err := repeat(p, "3 0 R ", s.Wide); err != nil {
				return err
			}
			p.print("]/Count %d>>\nendobj\n", s.Wide)
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>")
			p.object(pdfFont)
			p.stream("", pdfText)
			return p.end("")
		}),
		bomb("pages.pdf", manyPages),
		bomb("deep-pages.pdf", func(w io.Writer, s Size) error {
			p := newPDF(w)
			p.object(pdfCatalog)
			for i := range s.Depth {
				p.object("<</Type/Pages/Kids[%d 0 R]/Count 1>>", i+3)
			}
			p.object("<</Type/Page/MediaBox[0 0 600 800]>>")
			return p.end("")
		}),
		harmless("deep-arrays.pdf", func(w io.Writer, s Size) error {
			p := newPDF(w)
			p.object("<</Type/Catalog/Pages 2 0 R/Boom %s%s>>", strings.Repeat("[", s.Depth), strings.Repeat("]", s.Depth))
			p.object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>")
			p.object(pdfFont)
			p.stream("", pdfText)
			return p.end("")
		}),
		bomb("deflate.pdf", func(w io.Writer, s Size) error {
			return onePage("", "", func(p *pdf) {
				p.objects[4] = p.at // in place of the contents that are there
				p.print("5 0 obj<</Filter/FlateDecode/Length %d>>stream\n", contentOf("", pdfText+"\n", "", s.Packed).packedSize()+6)
				if err := writeZlib(p, contentOf("", pdfText+"\n", "", s.Packed)); p.err == nil {
					p.err = err
				}
				p.print("\nendstream\nendobj\n")
			})(w, s)
		}),
		bomb("objects-of-themselves.pdf", func(w io.Writer, s Size) error { // a stream of objects that holds itself
			p := newPDF(w)
			p.object(pdfCatalog)
			p.object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>")
			p.stream("/Type/ObjStm/N 2/First 8/Extends 4 0 R", "4 0 5 2 4 0 R 5 0 R")
			at := p.at
			rows := ""
			for i, o := range p.objects {
				if i == 3 {
					rows += "\x02\x00\x00\x00\x04\x00"
					continue
				}
				rows += "\x01" + string([]byte{byte(o >> 24), byte(o >> 16), byte(o >> 8), byte(o)}) + "\x00"
			}
			p.stream(fmt.Sprintf("/Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Prev %d", at), "\x00\x00\x00\x00\x00\xff"+rows)
			p.print("startxref\n%d\n%%%%EOF\n", at)
			return p.err
		}),
		bomb("table-before-itself.pdf", func(w io.Writer, _ Size) error { // its table of objects goes on where it begins
			p := newPDF(w)
			p.object(pdfCatalog)
			p.object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R>>")
			return p.end(fmt.Sprintf("/Prev %d", p.at))
		}),
		harmless("filters.pdf", onePage("/XObject<</X 6 0 R>>", " /X Do", func(p *pdf) {
			p.stream(form+"/Filter["+strings.Repeat("/FlateDecode", 1000)+"]", "x\x9cboom")
		})),
		harmless("deflate-objects.pdf", func(w io.Writer, s Size) error {
			p := newPDF(w)
			p.object(pdfCatalog)
			p.object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
			p.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources 7 0 R>>")
			p.packed("/Type/ObjStm/N 100000000/First 1000000000", contentOf("", "7 0 ", "", s.Packed))
			p.stream("", pdfText)
			return p.end("")
		}),
		harmless("huge-picture.pdf", func(w io.Writer, s Size) error {
			return onePage("/XObject<</X 6 0 R>>", " 600 0 0 800 0 0 cm /X Do", func(p *pdf) {
				p.packed("/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8", contentOf("", "\x00", "", s.Packed))
			})(w, s)
		}),
		harmless("function-of-itself.pdf", onePage("/ColorSpace<</C[/Separation/Boom/DeviceRGB 6 0 R]>>", " /C cs 1 scn 0 0 9 9 re f", func(p *pdf) {
			p.object("<</FunctionType 3/Domain[0 1]/Functions[6 0 R 6 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>")
		})),
	}
}

// manyPages has a page for each hundred thousandth of patience, in a tree of a thousand leaves a branch.
func manyPages(w io.Writer, s Size) error {
	const branch = 1000
	p := newPDF(w)
	p.object(pdfCatalog)
	branches := (s.Pages + branch - 1) / branch
	kids := ""
	first := 4 // the first branch; after it come its pages, two objects each
	for i := range branches {
		kids += fmt.Sprintf("%d 0 R ", first+i*(2*branch+1))
	}
	p.object("<</Type/Pages/Kids[%s]/Count %d>>", kids, s.Pages)
	p.object(pdfFont)
	for i := range branches {
		n := min(branch, s.Pages-i*branch)
		at := first + i*(2*branch+1)
		kids := ""
		for page := range n {
			kids += fmt.Sprintf("%d 0 R ", at+1+2*page)
		}
		p.object("<</Type/Pages/Parent 2 0 R/Kids[%s]/Count %d>>", kids, n)
		for page := range n {
			p.object("<</Type/Page/Parent %d 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", at, at+2+2*page)
			p.stream("", fmt.Sprintf("BT /F 12 Tf 50 700 Td (This is the page number %d.) Tj ET", i*branch+page+1))
		}
	}
	return p.end("")
}

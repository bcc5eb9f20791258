package extract

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Pages of a PDF that are pictures, as a scanner makes them, are drawn and their words recognised, where tesseract is
// installed. That takes a second or two a page, so it is done in the slow lane only: the first look at such a document
// ends with the word that it takes long. Every page keeps its number.

const (
	slowest     = 6 * time.Minute // that a file may take in the slow lane, if it keeps telling that it goes on
	ocrPages    = 300             // of one document
	ocrPageTime = 20 * time.Second
	ocrEdge     = 3300   // pixels of a page's longer edge: A4 at 280 to the inch
	ocrCover    = 0.25   // of a page that pictures cover, in a document that has text on other pages
	ocrInk      = 0.0002 // of a page that is not white; with less it is blank
)

// allowance is what the reading of one file, with all that lies in it, is given beyond the usual.
type allowance struct {
	slow   bool      // it is read in the slow lane
	later  bool      // it should be: what takes long was left out
	until  time.Time // no further page is recognised after this
	goesOn func()    // tells the parent that a page more was read
}

// pdfPage is a page before it is written.
type pdfPage struct {
	text      string
	notes     []string
	damaged   bool
	illegible bool // most of its letters have no meaning
	pictured  bool // it has no text and pictures cover a good part of it
	drawn     bool // it has no text and something is drawn on it
}

// recognisePages gives pages without text the words that are recognised on them, and says in the document what was done
// and what was not.
func (p *pdfium) recognisePages(ctx context.Context, w *writer, in *input, doc uint64, pages []pdfPage) {
	wanted := toRecognise(pages)
	if len(wanted) == 0 {
		return
	}
	if in.patience == nil {
		w.warn("%s", notRead(pages, wanted))
		return
	}
	program, err := exec.LookPath(ocrProgram)
	if err != nil {
		w.warn("%s Words on such pages are recognised where the program tesseract is installed, which it is not.", notRead(pages, wanted))
		return
	}
	if !in.patience.slow {
		in.patience.later = true
		return
	}
	r := &recognition{program: program, languages: ocrLanguages(ctx, program), patience: in.patience}
	r.read(ctx, p, doc, pages, wanted)
	w.property("ocr", numbers(r.done))
	if len(r.failed) > 0 {
		w.warn("Recognising the words on %s failed.", named(r.failed))
	}
	if len(r.left) > 0 {
		w.warn("%s not read: recognising the words on pictures of pages takes longer than one document is given.", were(r.left))
	}
}

// recognition is what became of pages whose words are recognised.
type recognition struct {
	program, languages string
	patience           *allowance
	done, failed, left []int // pages from 0; those that turned out to be without words are in none
}

func (r *recognition) read(ctx context.Context, p *pdfium, doc uint64, pages []pdfPage, wanted []int) {
	for n, i := range wanted {
		if n == ocrPages || time.Now().After(r.patience.until) {
			r.left = wanted[n:]
			return
		}
		text, err := r.page(ctx, p, doc, i)
		r.patience.goesOn()
		switch {
		case errors.Is(err, errNotRecognised):
			r.failed = append(r.failed, i)
		case err != nil: // drawing it was too much for pdfium; what was read before is kept
			p.stop(ctx)
			r.failed = append(r.failed, wanted[n:]...)
			return
		case text != "":
			pages[i].text = strings.TrimSpace(pages[i].text + "\n\n" + text) // letters that had a meaning are kept
			r.done = append(r.done, i)
		}
	}
}

// toRecognise are the pages, from 0, that have no text that could be read, and something else.
func toRecognise(pages []pdfPage) (wanted []int) {
	text := false
	for _, page := range pages {
		text = text || !page.illegible && strings.TrimSpace(page.text) != ""
	}
	for i, page := range pages {
		if page.illegible || page.pictured || page.drawn && !text {
			wanted = append(wanted, i)
		}
	}
	return wanted
}

// notRead says of pages why there is no text of them.
func notRead(pages []pdfPage, list []int) string {
	illegible := true
	for _, i := range list {
		illegible = illegible && pages[i].illegible
	}
	if illegible {
		return fmt.Sprintf("The fonts of this PDF do not say which letters they draw, so the text of %s is not what is seen there.", named(list))
	}
	if len(list) == len(pages) {
		return "This PDF holds pictures of pages only: there is no text in it that could be read."
	}
	if len(list) == 1 {
		return fmt.Sprintf("Page %s is a picture, without text that could be read.", numbers(list))
	}
	return fmt.Sprintf("Pages %s are pictures, without text that could be read.", numbers(list))
}

var errNotRecognised = errors.New("tesseract failed")

// page draws a page and returns the words on it. One that is blank has none.
func (r *recognition) page(ctx context.Context, p *pdfium, doc uint64, index int) (string, error) {
	page, err := p.draw(ctx, doc, catalog.DerivativeSpec{Page: index + 1, Form: catalog.FormJPEG, Size: ocrEdge})
	if _, verdict := errors.AsType[*catalog.Error](err); verdict {
		return "", errNotRecognised
	}
	if err != nil {
		return "", err
	}
	grey := onWhite(page.RGBA)
	if isBlank(grey) {
		return "", nil
	}
	ctx, stop := context.WithTimeout(ctx, ocrPageTime)
	defer stop()
	table, err := runOCR(ctx, r.program, []string{"stdin", "stdout", "-l", r.languages, "tsv"}, portable(grey))
	if err != nil {
		return "", errNotRecognised
	}
	return strings.Join(recognised(table), "\n\n"), nil
}

// isBlank reports whether next to nothing is drawn on a page.
func isBlank(page *image.Gray) bool {
	dark := 0
	for _, v := range page.Pix {
		if v < 0xa0 {
			dark++
		}
	}
	return float64(dark) < ocrInk*float64(len(page.Pix))
}

// As in fpdfview.h and fpdf_edit.h.
const (
	pdfiumImage = 3 // FPDF_PAGEOBJ_IMAGE
	pdfiumForm  = 5 // FPDF_PAGEOBJ_FORM, which may hold pictures
)

// look finds out of a page without text whether something is drawn on it, and whether pictures cover a good part of it.
func (p *pdfium) look(ctx context.Context, page uint64) (drawn, pictured bool, err error) {
	n, err := p.call(ctx, "FPDFPage_CountObjects", page)
	if err != nil || int32(n) <= 0 {
		return false, false, err
	}
	width, err := p.call(ctx, "FPDF_GetPageWidthF", page)
	if err != nil {
		return false, false, err
	}
	height, err := p.call(ctx, "FPDF_GetPageHeightF", page)
	if err != nil {
		return false, false, err
	}
	area, covered := float64(api.DecodeF32(width))*float64(api.DecodeF32(height)), 0.0
	const enough = 1000 // objects: a scan may be cut into stripes
	for i := range min(n, enough) {
		part, err := p.pictureArea(ctx, page, i)
		if err != nil {
			return false, false, err
		}
		covered += part
	}
	return true, covered >= ocrCover*area, nil
}

// pictureArea is what an object of a page covers if it is a picture, in square points.
func (p *pdfium) pictureArea(ctx context.Context, page, index uint64) (float64, error) {
	object, err := p.call(ctx, "FPDFPage_GetObject", page, index)
	if err != nil || object == 0 {
		return 0, err
	}
	kind, err := p.call(ctx, "FPDFPageObj_GetType", object)
	if err != nil || kind != pdfiumImage && kind != pdfiumForm {
		return 0, err
	}
	at, err := p.buffer(ctx, 16)
	if err != nil {
		return 0, err
	}
	fine, err := p.call(ctx, "FPDFPageObj_GetBounds", object, uint64(at), uint64(at+4), uint64(at+8), uint64(at+12))
	if err != nil || fine == 0 {
		return 0, err
	}
	var side [4]float64 // left, bottom, right, top
	for i := range side {
		v, _ := p.module.Memory().ReadFloat32Le(at + 4*uint32(i))
		side[i] = float64(v)
	}
	return max(0, side[2]-side[0]) * max(0, side[3]-side[1]), nil
}

// numbers lists pages, which are given from 0, as people do: 1-3, 7.
func numbers(list []int) string {
	var b strings.Builder
	for i := 0; i < len(list); i++ {
		first := list[i]
		for i+1 < len(list) && list[i+1] == list[i]+1 {
			i++
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d", first+1)
		if list[i] > first {
			fmt.Fprintf(&b, "-%d", list[i]+1)
		}
	}
	return b.String()
}

func named(list []int) string {
	if len(list) == 1 {
		return "page " + numbers(list)
	}
	return "pages " + numbers(list)
}

func were(list []int) string {
	if len(list) == 1 {
		return "Page " + numbers(list) + " was"
	}
	return "Pages " + numbers(list) + " were"
}

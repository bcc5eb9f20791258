package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const recycleAfter = 50 // documents one pdfium instance reads; what one leaves behind never reaches many others

// pdfReader loads pdfium for the first PDF and keeps it.
type pdfReader struct {
	assets, cache string
	compiles      bool            // fills the cache; others take from it what is there
	prepare       func(kind byte) // told before and after the slow part of loading
	pdfium        *pdfium
	used          int
}

// ready returns an instance that is fit to read the next document.
func (r *pdfReader) ready(ctx context.Context) (*pdfium, error) {
	if r.pdfium == nil {
		if r.prepare != nil {
			r.prepare(framePrepares)
			defer r.prepare(framePrepared)
		}
		cache := r.cache
		if !r.compiles && !isCompiled(r.assets, cache) {
			cache = ""
		}
		p, err := loadPDFium(ctx, r.assets, cache)
		if err != nil {
			return nil, catalog.WrapError(catalog.Unavailable, "The PDF reader is missing or damaged; install Sheaf again.", err)
		}
		r.pdfium = p
	}
	if r.pdfium.module == nil || r.used >= recycleAfter {
		r.used = 0
		if err := r.pdfium.start(ctx); err != nil {
			return nil, catalog.WrapError(catalog.Unavailable, "The PDF reader could not be started.", err)
		}
	}
	r.used++
	return r.pdfium, nil
}

func (r *pdfReader) close() {
	if r.pdfium != nil {
		r.pdfium.close(context.Background())
		r.pdfium = nil
	}
}

// readPDF reads a document page by page. Lines that a paragraph was broken into are joined again, words that a hyphen
// divided at a line end too.
func readPDF(in *input) (catalog.Document, error) {
	var doc catalog.Document
	err := openPDF(in, func(ctx context.Context, p *pdfium, handle uint64, pages int) (err error) {
		doc, err = p.read(ctx, in, handle, pages)
		return err
	})
	return doc, err
}

// openPDF opens a document for as long as use works on it. A fault of pdfium is the document's failure, and the next one
// gets a fresh instance.
func openPDF(in *input, use func(ctx context.Context, p *pdfium, handle uint64, pages int) error) error {
	ctx := context.Background()
	data, err := in.bytes()
	if err != nil {
		return err
	}
	if in.pdf == nil {
		return catalog.Errorf(catalog.Unavailable, "The PDF reader is missing; install Sheaf again.")
	}
	p, err := in.pdf.ready(ctx)
	if err != nil {
		return err
	}
	err = p.open(ctx, data, in.passwords, use)
	if _, verdict := errors.AsType[*catalog.Error](err); verdict || err == nil {
		return err
	}
	p.stop(ctx)
	if errors.Is(err, errWasmMemory) {
		return catalog.WrapError(catalog.TooLarge, "Reading this PDF needs more memory than one file is given.", err)
	}
	return catalog.WrapError(catalog.Unsupported, "This PDF is malformed and cannot be read.", err)
}

func (p *pdfium) open(ctx context.Context, data []byte, passwords []string, use func(ctx context.Context, p *pdfium, handle uint64, pages int) error) error {
	mem, err := p.put(ctx, data)
	if err != nil {
		return err
	}
	defer p.free(ctx, mem)
	handle, err := p.load(ctx, mem, len(data), passwords)
	if err != nil {
		return err
	}
	defer p.call(ctx, "FPDF_CloseDocument", handle)
	count, err := p.call(ctx, "FPDF_GetPageCount", handle)
	if err != nil {
		return err
	}
	return use(ctx, p, handle, max(0, int(int32(count))))
}

func (p *pdfium) read(ctx context.Context, in *input, handle uint64, count int) (catalog.Document, error) {
	w := &writer{}
	if err := p.properties(ctx, w, handle); err != nil {
		return catalog.Document{}, err
	}
	titles, err := p.outline(ctx, handle)
	if err != nil {
		return catalog.Document{}, err
	}
	pages, err := p.pages(ctx, handle, count)
	if err != nil {
		return catalog.Document{}, err
	}
	p.recognisePages(ctx, w, in, handle, pages)
	damaged := 0
	for i, page := range pages {
		if i > 0 {
			w.breakPage()
		}
		if w.full {
			break
		}
		if page.damaged {
			if damaged++; damaged > 20 {
				w.stop("More damaged pages were left out.")
				break
			}
			w.doc.Warnings = append(w.doc.Warnings, fmt.Sprintf("Page %d is damaged and was left out.", i+1))
		}
		writePDFPage(w, withNotes(page.text, page.notes), titles[i]...)
	}
	return w.document(mimePDF), nil
}

// pages are the pages with their text, as many as one document may have.
func (p *pdfium) pages(ctx context.Context, handle uint64, count int) ([]pdfPage, error) {
	pages := make([]pdfPage, 0, min(count, maxPages+1))
	for i, bytes := 0, 0; i < min(count, maxPages+1) && bytes <= maxText; i++ {
		page, err := p.page(ctx, handle, i)
		if errors.Is(err, errNoPage) {
			page, err = pdfPage{damaged: true}, nil
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
		bytes += len(page.text)
	}
	return pages, nil
}

// load opens a document without a password, which does for one that only restricts what may be done with it, or with the
// first of the passwords that fits.
func (p *pdfium) load(ctx context.Context, mem uint64, size int, passwords []string) (uint64, error) {
	handle, err := p.call(ctx, "FPDF_LoadMemDocument", mem, uint64(size), 0)
	if err != nil || handle != 0 {
		return handle, err
	}
	refusal := p.refusal(ctx)
	for _, password := range passwords {
		if catalog.CodeOf(refusal) != catalog.Locked {
			break
		}
		at, err := p.put(ctx, append([]byte(password), 0))
		if err != nil {
			return 0, err
		}
		handle, err = p.call(ctx, "FPDF_LoadMemDocument", mem, uint64(size), at)
		if err != nil || handle != 0 {
			p.free(ctx, at)
			return handle, err
		}
		p.free(ctx, at)
		refusal = errLockedStill
	}
	return 0, refusal
}

// refusal says why a document was not opened.
func (p *pdfium) refusal(ctx context.Context) error {
	code, err := p.call(ctx, "FPDF_GetLastError")
	if err != nil {
		return err
	}
	const password, security = 4, 5
	switch code {
	case password:
		return errLocked
	case security:
		return errEncrypted
	}
	return catalog.Errorf(catalog.Unsupported, "This PDF is malformed and cannot be read.")
}

var errNoPage = errors.New("page cannot be loaded")

// page reads one page, from 0.
func (p *pdfium) page(ctx context.Context, doc uint64, index int) (pdfPage, error) {
	page, err := p.call(ctx, "FPDF_LoadPage", doc, uint64(index))
	if err != nil {
		return pdfPage{}, err
	}
	if page == 0 {
		return pdfPage{}, errNoPage
	}
	notes, err := p.notes(ctx, page)
	if err != nil {
		return pdfPage{}, err
	}
	if page, err = p.flattened(ctx, doc, page, index); err != nil || page == 0 {
		return pdfPage{}, cmp.Or(err, errNoPage)
	}
	defer p.call(ctx, "FPDF_ClosePage", page)
	text, err := p.call(ctx, "FPDFText_LoadPage", page)
	if err != nil {
		return pdfPage{}, err
	}
	if text == 0 {
		return pdfPage{}, errNoPage
	}
	defer p.call(ctx, "FPDFText_ClosePage", text)
	read := pdfPage{notes: notes}
	var legible bool
	if read.text, legible, err = p.text(ctx, text); err != nil {
		return read, err
	}
	read.illegible = !legible
	if strings.TrimSpace(read.text) == "" {
		read.drawn, read.pictured, err = p.look(ctx, page)
	}
	return read, err
}

// flattened makes what is written over a page, in the fields of forms and in notes, part of the page. It returns the
// page to read, which is loaded anew when there was such.
func (p *pdfium) flattened(ctx context.Context, doc, page uint64, index int) (uint64, error) {
	n, err := p.call(ctx, "FPDFPage_GetAnnotCount", page)
	if err != nil || int32(n) <= 0 {
		return page, err
	}
	const asShown, done = 0, 1
	if result, err := p.call(ctx, "FPDFPage_Flatten", page, asShown); err != nil || result != done {
		return page, err
	}
	if _, err := p.call(ctx, "FPDF_ClosePage", page); err != nil {
		return 0, err
	}
	return p.call(ctx, "FPDF_LoadPage", doc, uint64(index))
}

var pdfProperties = [...]struct{ tag, name string }{
	{"Title", ""}, {"Author", "author"}, {"Subject", "subject"}, {"Keywords", "keywords"},
	{"Creator", "creator"}, {"Producer", "producer"}, {"CreationDate", "created"}, {"ModDate", "modified"},
}

func (p *pdfium) properties(ctx context.Context, w *writer, doc uint64) error {
	const room = 4096
	for _, property := range pdfProperties {
		tag, err := p.put(ctx, append([]byte(property.tag), 0))
		if err != nil {
			return err
		}
		at, err := p.buffer(ctx, room)
		if err != nil {
			return err
		}
		n, err := p.call(ctx, "FPDF_GetMetaText", doc, tag, uint64(at), room)
		if err != nil {
			return err
		}
		p.free(ctx, tag)
		value := ""
		if n <= room {
			value = p.utf16At(at, uint32(n))
		}
		switch property.name {
		case "":
			if !isFileName(value) {
				w.title(value)
			}
		case "created", "modified":
			w.property(property.name, pdfDate(value))
		default:
			w.property(property.name, value)
		}
	}
	return nil
}

// isFileName: many programs put their temporary file's name, or their own, where the title belongs.
func isFileName(title string) bool {
	t := strings.ToLower(strings.TrimSpace(title))
	for _, end := range []string{".doc", ".docx", ".odt", ".tex", ".dvi", ".pdf", ".indd", ".qxd", ".rtf", ".txt", ".ps", ".xls", ".xlsx", ".ppt", ".pptx", ".ods", ".odp"} {
		if strings.HasSuffix(t, end) {
			return true
		}
	}
	return t == "untitled" || t == "powerpoint presentation" || t == "slide 1" || strings.HasPrefix(t, "microsoft word - ")
}

// pdfDate turns D:YYYYMMDDHHmmSS+HH'mm' into RFC 3339 as far as it goes; anything else stays as it is.
func pdfDate(s string) string {
	d := strings.TrimPrefix(s, "D:")
	if len(d) < 8 || strings.Trim(d[:8], "0123456789") != "" {
		return s
	}
	date := d[:4] + "-" + d[4:6] + "-" + d[6:8]
	if len(d) < 14 || strings.Trim(d[:14], "0123456789") != "" {
		return date
	}
	date += "T" + d[8:10] + ":" + d[10:12] + ":" + d[12:14]
	zone := strings.ReplaceAll(d[14:], "'", "")
	if len(zone) == 5 && (zone[0] == '+' || zone[0] == '-') && strings.Trim(zone[1:], "0123456789") == "" {
		return date + zone[:3] + ":" + zone[3:]
	}
	if zone == "" || zone[0] == 'Z' {
		return date + "Z"
	}
	return date
}

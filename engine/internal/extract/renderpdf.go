package extract

import (
	"context"
	"image"
	"math"

	"github.com/tetratelabs/wazero/api"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// drawPDF draws a page of a PDF, with its annotations, on white.
func drawPDF(in *input, spec catalog.DerivativeSpec) (page sheet, err error) {
	err = openPDF(in, func(ctx context.Context, p *pdfium, handle uint64, pages int) (err error) {
		switch {
		case pages == 0:
			return catalog.Errorf(catalog.Unsupported, "This PDF has no pages.")
		case spec.Page > pages:
			return noPage(spec.Page, pages)
		}
		page, err = p.draw(ctx, handle, spec)
		return err
	})
	return page, err
}

// As in fpdfview.h.
const (
	pdfiumBGRx         = 3    // FPDFBitmap_BGRx, which the next but one turns into RGBx
	pdfiumAnnotations  = 0x01 // FPDF_ANNOT
	pdfiumReverseBytes = 0x10 // FPDF_REVERSE_BYTE_ORDER
)

func (p *pdfium) draw(ctx context.Context, doc uint64, spec catalog.DerivativeSpec) (sheet, error) {
	page, err := p.call(ctx, "FPDF_LoadPage", doc, uint64(spec.Page-1))
	if err != nil {
		return sheet{}, err
	}
	if page == 0 {
		return sheet{}, catalog.Errorf(catalog.Unsupported, "Page %d is damaged and cannot be drawn.", spec.Page)
	}
	defer p.call(ctx, "FPDF_ClosePage", page)
	width, height, perInch, err := p.extent(ctx, page, spec)
	if err != nil {
		return sheet{}, err
	}
	bitmap, err := p.call(ctx, "FPDFBitmap_CreateEx", uint64(width), uint64(height), pdfiumBGRx, 0, 0)
	if err != nil {
		return sheet{}, err
	}
	if bitmap == 0 {
		return sheet{}, errWasmMemory
	}
	defer p.call(ctx, "FPDFBitmap_Destroy", bitmap)
	if _, err := p.call(ctx, "FPDFBitmap_FillRect", bitmap, 0, 0, uint64(width), uint64(height), 0xffffffff); err != nil {
		return sheet{}, err
	}
	if _, err := p.call(ctx, "FPDF_RenderPageBitmap", bitmap, page, 0, 0, uint64(width), uint64(height), 0, pdfiumAnnotations|pdfiumReverseBytes); err != nil {
		return sheet{}, err
	}
	return p.pixels(ctx, bitmap, width, height, perInch)
}

// extent is the size of a page in pixels.
func (p *pdfium) extent(ctx context.Context, page uint64, spec catalog.DerivativeSpec) (width, height int, perInch float64, err error) {
	w, err := p.call(ctx, "FPDF_GetPageWidthF", page)
	if err != nil {
		return 0, 0, 0, err
	}
	h, err := p.call(ctx, "FPDF_GetPageHeightF", page)
	if err != nil {
		return 0, 0, 0, err
	}
	width, height, perInch = extent(float64(api.DecodeF32(w)), float64(api.DecodeF32(h)), spec)
	if width == 0 {
		return 0, 0, 0, catalog.Errorf(catalog.Unsupported, "Page %d has no area, so there is no picture of it.", spec.Page)
	}
	return width, height, perInch, nil
}

// extent is how many pixels a page of that many points gets: its longest edge is the size of a JPEG; a TIFF has 200 to
// the inch, fewer when that would be too many. All are zero for a page without an area.
func extent(w, h float64, spec catalog.DerivativeSpec) (width, height int, perInch float64) {
	if !(w > 0 && h > 0) || math.IsInf(w, 0) || math.IsInf(h, 0) {
		return 0, 0, 0
	}
	scale := float64(spec.Size) / max(w, h)
	if spec.Form == catalog.FormTIFF {
		scale = min(float64(tiffPerInch)/pointsPerInch, math.Sqrt(maxDrawn/w/h), maxEdge/max(w, h))
	}
	return max(1, int(math.Round(w*scale))), max(1, int(math.Round(h*scale))), scale * pointsPerInch
}

// pixels copies a bitmap out of the instance.
func (p *pdfium) pixels(ctx context.Context, bitmap uint64, width, height int, perInch float64) (sheet, error) {
	at, err := p.call(ctx, "FPDFBitmap_GetBuffer", bitmap)
	if err != nil {
		return sheet{}, err
	}
	stride, err := p.call(ctx, "FPDFBitmap_GetStride", bitmap)
	if err != nil {
		return sheet{}, err
	}
	raw, ok := p.module.Memory().Read(uint32(at), uint32(stride)*uint32(height))
	if !ok || int(stride) < 4*width {
		return sheet{}, errWasmMemory
	}
	page := sheet{image.NewRGBA(image.Rect(0, 0, width, height)), perInch}
	for y := range height {
		row := page.Pix[y*page.Stride:][:4*width]
		copy(row, raw[y*int(stride):])
		for i := 3; i < len(row); i += 4 {
			row[i] = 0xff
		}
	}
	return page, nil
}

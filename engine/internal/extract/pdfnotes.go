package extract

import (
	"context"
	"strings"
)

const maxNotes = 1000 // of one page

// annotationKinds are the annotations in which people write, as in fpdf_annot.h: notes, text, marks, lines, stamps, files.
var annotationKinds = map[uint64]bool{1: true, 3: true, 4: true, 5: true, 6: true, 9: true, 10: true, 11: true, 12: true, 13: true, 14: true, 15: true, 17: true}

// notes are what people have written on a page that is shown only when it is pointed at.
func (p *pdfium) notes(ctx context.Context, page uint64) ([]string, error) {
	n, err := p.call(ctx, "FPDFPage_GetAnnotCount", page)
	if err != nil || int32(n) <= 0 {
		return nil, err
	}
	key, err := p.put(ctx, []byte("Contents\x00"))
	if err != nil {
		return nil, err
	}
	defer p.free(ctx, key)
	var notes []string
	for i := range min(n, maxNotes) {
		note, err := p.note(ctx, page, i, key)
		if err != nil {
			return nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes, nil
}

func (p *pdfium) note(ctx context.Context, page, index, key uint64) (string, error) {
	annotation, err := p.call(ctx, "FPDFPage_GetAnnot", page, index)
	if err != nil || annotation == 0 {
		return "", err
	}
	defer p.call(ctx, "FPDFPage_CloseAnnot", annotation)
	kind, err := p.call(ctx, "FPDFAnnot_GetSubtype", annotation)
	if err != nil || !annotationKinds[kind] {
		return "", err
	}
	text, err := p.wide(ctx, func(at, room uint64) (uint64, error) {
		return p.call(ctx, "FPDFAnnot_GetStringValue", annotation, key, at, room)
	})
	return strings.TrimSpace(text), err
}

// withNotes adds to the text of a page the notes that are not in it: some are drawn on the page as well.
func withNotes(text string, notes []string) string {
	seen := wordsOfTitle(text)
	for _, note := range notes {
		if words := wordsOfTitle(note); words != "" && !strings.Contains(seen, words) {
			text += "\n" + note
			seen += " " + words
		}
	}
	return text
}

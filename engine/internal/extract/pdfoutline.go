package extract

import (
	"context"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxBookmarks = 10_000
	maxOutline   = 6 // levels
	titleLines   = 3 // that a heading may be broken into
)

// pdfTitle is an entry of the outline: a line of its page with these words is a heading.
type pdfTitle struct {
	words string // as wordsOfTitle has them
	level int
}

// outline returns the entries of a document's outline by page, from 0.
func (p *pdfium) outline(ctx context.Context, doc uint64) (map[int][]pdfTitle, error) {
	o := &outlineReader{pdfium: p, doc: doc, titles: map[int][]pdfTitle{}}
	return o.titles, o.children(ctx, 0, 1)
}

type outlineReader struct {
	*pdfium
	doc    uint64
	titles map[int][]pdfTitle
	seen   int
}

func (o *outlineReader) children(ctx context.Context, parent uint64, level int) error {
	mark, err := o.call(ctx, "FPDFBookmark_GetFirstChild", o.doc, parent)
	for err == nil && mark != 0 && o.seen < maxBookmarks {
		o.seen++
		if err = o.add(ctx, mark, level); err != nil {
			return err
		}
		if level < maxOutline {
			if err = o.children(ctx, mark, level+1); err != nil {
				return err
			}
		}
		mark, err = o.call(ctx, "FPDFBookmark_GetNextSibling", o.doc, mark)
	}
	return err
}

func (o *outlineReader) add(ctx context.Context, mark uint64, level int) error {
	target, err := o.call(ctx, "FPDFBookmark_GetDest", o.doc, mark)
	if err == nil && target == 0 {
		var action uint64
		if action, err = o.call(ctx, "FPDFBookmark_GetAction", mark); err == nil && action != 0 {
			target, err = o.call(ctx, "FPDFAction_GetDest", o.doc, action)
		}
	}
	if err != nil || target == 0 {
		return err
	}
	page, err := o.call(ctx, "FPDFDest_GetDestPageIndex", o.doc, target)
	if err != nil || int32(page) < 0 {
		return err
	}
	title, err := o.wide(ctx, func(at, room uint64) (uint64, error) {
		return o.call(ctx, "FPDFBookmark_GetTitle", mark, at, room)
	})
	if words := wordsOfTitle(title); words != "" {
		o.titles[int(page)] = append(o.titles[int(page)], pdfTitle{words, level})
	}
	return err
}

// wide has pdfium write a text in UTF-16 into a place of the instance; one that is longer than the room is empty.
func (p *pdfium) wide(ctx context.Context, write func(at, room uint64) (uint64, error)) (string, error) {
	const room = 4096
	at, err := p.buffer(ctx, room)
	if err != nil {
		return "", err
	}
	n, err := write(uint64(at), room)
	if err != nil || n > room {
		return "", err
	}
	return p.utf16At(at, uint32(n)), nil
}

// wordsOfTitle are what of a title must be the same in the text: its letters and digits, without the number before it,
// which programs put into the one and not into the other.
func wordsOfTitle(title string) string {
	fields := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for len(fields) > 1 && strings.Trim(fields[0], "0123456789") == "" {
		fields = fields[1:]
	}
	return strings.Join(fields, " ")
}

// headingAt returns how many of the lines are a heading of the outline, and its level; 0 when they begin with none.
func headingAt(lines []string, titles []pdfTitle) (n, level int) {
	if len(titles) == 0 {
		return 0, 0
	}
	for n := 1; n <= min(titleLines, len(lines)); n++ {
		words := wordsOfTitle(strings.Join(lines[:n], " "))
		for _, t := range titles {
			if t.words == words {
				return n, t.level
			}
		}
	}
	return 0, 0
}

func beginsHeading(lines []string, titles []pdfTitle) bool {
	n, _ := headingAt(lines, titles)
	return n > 0
}

// writeHeading adds lines that are a heading.
func writeHeading(w *writer, lines []string, level int) {
	w.block(catalog.BlockHeading, level, strings.Join(lines, " "))
}

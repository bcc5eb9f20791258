package extract

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// attachment is a document that another one carries. Its name is the sender's word and may be empty; then like is a name
// that tells its reader what it is.
type attachment struct {
	name, like string
	data       []byte
	shown      bool                                   // a picture within the text of a message, or a signature
	read       func(*input) (catalog.Document, error) // nil: whatever its bytes ask for
}

// size is what a person is told.
func (a attachment) size() string { return sizeOf(int64(len(a.data))) }

func sizeOf(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// writeAttachments makes parts of what came attached, each a document of its own. Pictures that a message shows within its
// text, and signatures, are none, unless there are words in them.
func writeAttachments(w *writer, in *input, list []attachment) {
	if len(list) > 0 && in.depth >= maxDepth {
		w.warn("Attachments nested deeper than %d documents were not read.", maxDepth)
		return
	}
	for i, a := range list {
		if i == maxAttachments || !in.parts.left() {
			w.warn("Only the first %d of %d attachments were read.", i, len(list))
			return
		}
		key := w.keys.next(stemOf(sha256.Sum256(a.data)))
		if a.shown && in.seek == nil {
			if doc, err := in.inner(in.within(a)); err == nil && len(doc.Pages) == 0 {
				continue
			}
		}
		w.part(in, key, a)
	}
}

// title is what a person is told it is called.
func (a attachment) title() string { return orElse(spaced(a.name), orElse(a.like, "without a name")) }

// within is the attachment as a file of its own.
func (in *input) within(a attachment) *input {
	inner := inputOf(orElse(a.name, a.like), a.data, in.pdf)
	inner.depth, inner.open, inner.parts, inner.inner = in.depth+1, in.open, in.parts, in.inner
	inner.passwords, inner.patience = in.passwords, in.patience
	return inner
}

// paste adds text and blocks of a page to the present page; its headings go down by some levels.
func (w *writer) paste(page catalog.Page, down int) {
	if strings.TrimSpace(page.Text) == "" || w.full {
		return
	}
	if w.used+w.text.Len()+len(page.Text) > maxText {
		w.stop(textLimit)
		return
	}
	if w.runes > 0 {
		w.separate("")
	}
	shift := w.runes
	into := w.page()
	w.text.WriteString(page.Text)
	w.runes += utf8.RuneCountInString(page.Text)
	for _, b := range page.Blocks {
		b.Start, b.End = b.Start+shift, b.End+shift
		if b.Kind == catalog.BlockHeading {
			b.Level = min(b.Level+down, 6)
		}
		into.Blocks = w.with(into.Blocks, b)
	}
	w.last = ""
}

// warn notes what was left out, up to a number of sentences that a person still reads.
func (w *writer) warn(format string, values ...any) {
	if len(w.doc.Warnings) < 20 {
		w.doc.Warnings = append(w.doc.Warnings, clean(fmt.Sprintf(format, values...)))
	}
}

package extract

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of what one document may bring with it.
const (
	maxAttachments = 50               // read, of one document
	maxDepth       = 3                // documents within documents within a document
	attachmentTime = 20 * time.Second // after this no further attachment is begun
)

// attachment is a document that another one carries. Its name is the sender's word and may be empty; then like is a name
// that tells its reader what it is.
type attachment struct {
	name, like string
	data       []byte
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

// writeAttachments adds the text of attachments after the text of what carries them: each begins a page, beneath a
// heading with its name. One that cannot be read is a warning, not a failure.
func writeAttachments(w *writer, in *input, list []attachment) {
	if len(list) == 0 {
		return
	}
	if in.depth == maxDepth {
		w.warn("Attachments nested deeper than %d documents were not read.", maxDepth)
		return
	}
	until := time.Now().Add(attachmentTime)
	for i, a := range list {
		if i == maxAttachments || time.Now().After(until) {
			w.warn("Only the first %d of %d attachments were read.", i, len(list))
			return
		}
		if w.full {
			return
		}
		doc, err := in.inner(in.within(a))
		if err != nil {
			w.doc.Locked = w.doc.Locked || catalog.CodeOf(err) == catalog.Locked
			w.warn("The attachment “%s” was not read: %s", a.title(), catalog.MessageOf(err))
			continue
		}
		w.doc.Locked = w.doc.Locked || doc.Locked
		if len(doc.Pages) == 0 {
			continue // it has no text, which is no news of a picture
		}
		for _, warning := range doc.Warnings {
			w.warn("%s: %s", a.title(), warning)
		}
		w.annex(a.name, doc)
	}
}

// title is what a person is told it is called.
func (a attachment) title() string { return orElse(spaced(a.name), orElse(a.like, "without a name")) }

// within is the attachment as a file of its own.
func (in *input) within(a attachment) *input {
	inner := inputOf(orElse(a.name, a.like), a.data, in.pdf)
	inner.depth, inner.passwords = in.depth+1, in.passwords
	return inner
}

// annex adds the pages of another document, the first beneath a heading where it has a name.
func (w *writer) annex(heading string, doc catalog.Document) {
	for _, page := range doc.Pages {
		if strings.TrimSpace(page.Text) == "" {
			continue
		}
		w.breakPage()
		w.block(catalog.BlockHeading, 1, spaced(heading))
		heading = ""
		w.paste(page, 1)
		if w.full {
			return
		}
	}
}

// paste adds text and blocks of a page to the present page; its headings go down by some levels.
func (w *writer) paste(page catalog.Page, down int) {
	if strings.TrimSpace(page.Text) == "" || w.full {
		return
	}
	if w.used+w.text.Len()+len(page.Text) > maxText {
		w.stop(fmt.Sprintf("Only the first %d MB of text were read.", maxText>>20))
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
		into.Blocks = append(into.Blocks, b)
	}
	w.last = ""
}

// warn notes what was left out, up to a number of sentences that a person still reads.
func (w *writer) warn(format string, values ...any) {
	if len(w.doc.Warnings) < 20 {
		w.doc.Warnings = append(w.doc.Warnings, clean(fmt.Sprintf(format, values...)))
	}
}

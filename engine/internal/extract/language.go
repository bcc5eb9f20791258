package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	sampleRunes = 800 // of a document, by which its language is told
	fewestBytes = 90  // a shorter text may be of any
)

// finish adds to a document what holds for every format: the language of its text where the file does not say it, and
// a sentence when there is no text at all.
func finish(doc *catalog.Document) {
	empty := true
	for _, p := range doc.Pages {
		if strings.TrimSpace(p.Text) != "" {
			empty = false
			break
		}
	}
	if empty {
		if len(doc.Warnings) == 0 {
			doc.Warnings = []string{"There is no text in this file; it is found by its name."}
		}
		return
	}
	if doc.Properties["language"] != "" || doc.Properties["programmingLanguage"] != "" {
		return
	}
	if language := languageOfText(sampleOf(doc)); language != "" {
		w := writer{doc: *doc}
		w.property("language", language)
		*doc = w.doc
	}
}

// sampleOf takes prose from the document: paragraphs, of every page a little. Items and rows are names as often as not.
func sampleOf(doc *catalog.Document) string {
	var b strings.Builder
	runes := 0
	share := max(sampleRunes/max(len(doc.Pages), 1), 200)
	for _, p := range doc.Pages {
		left, at := min(share, sampleRunes-runes), 0
		rest := p.Text
		for _, block := range p.Blocks {
			if block.Kind != catalog.BlockParagraph {
				continue
			}
			rest = after(rest, block.Start-at)
			text := rest[:len(rest)-len(after(rest, min(block.End-block.Start, left)))]
			at = block.Start
			n := utf8.RuneCountInString(text)
			b.WriteString(text)
			b.WriteByte(' ')
			runes, left = runes+n, left-n
			if left <= 0 {
				break
			}
		}
		if runes >= sampleRunes {
			break
		}
	}
	return b.String()
}

// after is s without its first n code points.
func after(s string, n int) string {
	for i := range s {
		if n <= 0 {
			return s[i:]
		}
		n--
	}
	return ""
}

// languageOfText is the ISO 639-1 code of a text's language, empty unless it is told reliably.
func languageOfText(sample string) string {
	if len(sample) < fewestBytes {
		return ""
	}
	found := whatlanggo.Detect(sample)
	if !found.IsReliable() {
		return ""
	}
	return found.Lang.Iso6391()
}

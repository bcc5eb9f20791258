package catalog

import "strings"

// Span is a half-open range of code points in the text of one page.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// BlockKind is what a stretch of text is in its document.
type BlockKind string

const (
	BlockParagraph BlockKind = "paragraph"
	BlockHeading   BlockKind = "heading"
	BlockListItem  BlockKind = "list_item"
	BlockTableRow  BlockKind = "table_row"
	BlockCode      BlockKind = "code"
)

// Block is one structural unit. Blocks of a page are in reading order and do not overlap.
type Block struct {
	Kind  BlockKind `json:"kind"`
	Level int       `json:"level,omitempty"` // headings: 1 to 6
	Span
}

// Page is a page, sheet or slide. Formats without pages have exactly one.
type Page struct {
	Number int     `json:"number"` // from 1
	Text   string  `json:"text"`   // valid UTF-8, NUL-free, lines end with \n
	Blocks []Block `json:"blocks,omitempty"`
}

// Document is what extraction makes of a file's bytes.
type Document struct {
	Format     string            `json:"format"` // MIME type without parameters, from the bytes
	Title      string            `json:"title,omitempty"`
	Pages      []Page            `json:"pages"`
	Properties map[string]string `json:"properties,omitempty"` // author, created, language, … as the file states them
	Warnings   []string          `json:"warnings,omitempty"`   // what was left out and why, sentences
	Locked     bool              `json:"-"`                    // a document within it needs a password that was not given
	Parts      []Part            `json:"parts,omitempty"`      // documents that lie within, in their order
}

// PropertyLanguage is the property that names the language of a text, by a code such as "en" or "pt-BR".
const PropertyLanguage = "language"

// Language is the two-letter code of the text's language, lower case; empty: it is not known.
func (d Document) Language() string {
	code, _, _ := strings.Cut(strings.ReplaceAll(d.Properties[PropertyLanguage], "_", "-"), "-")
	if code = strings.ToLower(strings.TrimSpace(code)); len(code) < 2 || len(code) > 3 {
		return ""
	}
	return code
}

// Part is a document that lies within another one: what came attached to a message, a message of a mailbox, a file of an
// archive. Its text is not among its container's.
type Part struct {
	Key    string `json:"key"`    // tells it from its siblings: the same whenever and wherever the same bytes are read
	Name   string `json:"name"`   // as people see it
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // lower-case hexadecimal
	Document
	Failure string `json:"failure,omitempty"` // why it could not be read, one sentence
}

// PartPath names a part by the keys from the outermost document's part to its own.
func PartPath(keys ...string) string { return strings.Join(keys, "/") }

// Extent says how much of the bytes became text.
func (d Document) Extent() Extent {
	switch {
	case !d.hasText():
		return ExtentNone
	case len(d.Warnings) > 0:
		return ExtentPart
	}
	return ExtentWhole
}

func (d Document) hasText() bool {
	for _, p := range d.Pages {
		if strings.TrimSpace(p.Text) != "" {
			return true
		}
	}
	return false
}

// Passage is the unit of retrieval: a stretch of one page, small enough to embed.
type Passage struct {
	Page    int    // from 1
	Span           // in the text of that page
	Text    string // exactly that stretch
	Context string // title and headings above it, joined with " › "; indexed and embedded with the text, never quoted
}

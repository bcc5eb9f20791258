package extract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// finish adds to a document what holds for every format: a sentence when there is no text at all. Telling the language
// of a text was tried here and cost 0.6 ms a document, three times what all the rest of a small file does.
func finish(doc *catalog.Document) {
	for _, p := range doc.Pages {
		if strings.TrimSpace(p.Text) != "" {
			return
		}
	}
	if len(doc.Warnings) == 0 {
		doc.Warnings = []string{"There is no text in this file; it is found by its name."}
	}
}

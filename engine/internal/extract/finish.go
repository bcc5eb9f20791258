package extract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// enoughToTell is how many bytes of text are looked at to find pages that tell the language.
const enoughToTell = 4 << 10

// finish adds to a document what holds for every format: a sentence when there is no text at all, and the language of the
// text where the file does not say it and it is clear.
func finish(doc *catalog.Document) {
	var text string
	for _, p := range doc.Pages {
		if strings.TrimSpace(p.Text) == "" {
			continue
		}
		if text += p.Text; len(text) >= enoughToTell {
			break
		}
	}
	if text == "" {
		if len(doc.Warnings) == 0 {
			doc.Warnings = []string{"There is no text in this file; it is found by its name."}
		}
		return
	}
	if doc.Properties[catalog.PropertyLanguage] != "" {
		return
	}
	if language := words.Language(text); language != "" {
		if doc.Properties == nil {
			doc.Properties = map[string]string{}
		}
		doc.Properties[catalog.PropertyLanguage] = language
	}
}

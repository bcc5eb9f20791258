package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestLanguageOfText(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"en": "The tide rises twice a day in most harbours of this coast, and it falls as often; whoever keeps a boat here knows the hours by heart.",
		"de": "Die Flut steigt in den meisten Häfen dieser Küste zweimal am Tag, und sie fällt ebenso oft; wer hier ein Boot hat, kennt die Stunden auswendig.",
		"fr": "La marée monte deux fois par jour dans la plupart des ports de cette côte, et elle descend aussi souvent ; qui garde un bateau ici connaît les heures par cœur.",
		"ru": "Прилив поднимается дважды в день в большинстве гаваней этого берега и так же часто отступает; кто держит здесь лодку, знает часы наизусть.",
		"zh": "这一带海岸的大多数港口每天涨潮两次，退潮也是两次；在这里有船的人都把时间记在心里，并据此安排周末。港务长把潮汐时间记在一本簿子里，供大家查看。",
		"":   "12 13 14",
	}
	for want, text := range texts {
		if got := languageOfText(text); got != want {
			t.Errorf("%s: %q", want, got)
		}
	}
}

// TestLanguageOfDocuments measures on the question sets, whose languages are known.
func TestLanguageOfDocuments(t *testing.T) {
	t.Parallel()
	data := sharedData(t)
	for _, want := range []string{"en", "de", "zh"} {
		files, err := filepath.Glob(filepath.Join(data, "qa-"+want, "docs", "*"))
		if err != nil || len(files) == 0 {
			t.Fatal(want, err)
		}
		right, asked := 0, 0
		for _, path := range files {
			if filepath.Ext(path) == ".pdf" {
				continue
			}
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := readFormat(inputOf(filepath.Base(path), content, nil))
			if err != nil {
				t.Fatal(path, err)
			}
			delete(doc.Properties, "language") // what the text says, not the file
			finish(&doc)
			asked++
			if got := doc.Properties["language"]; got == want {
				right++
			} else if got != "" {
				t.Errorf("%s: %q", path, got)
			}
		}
		t.Logf("%s: %d of %d told", want, right, asked)
		if right*10 < asked*9 {
			t.Errorf("%s: only %d of %d told", want, right, asked)
		}
	}
}

func TestEmptyDocumentsSaySo(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"a.txt": "", "b.txt": " \n ", "c.html": "<p></p>", "d": "\x7fELF\x02\x01\x01\x00\x00\x00\x00", "e.eml": "\n\n"} {
		doc, err := readDocument(inputOf(name, []byte(data), nil))
		if err != nil || len(doc.Warnings) != 1 {
			t.Errorf("%s: %v %+v", name, err, doc)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	text := strings.Repeat("The tide rises twice a day in most harbours of this coast, and it falls as often; whoever keeps a boat knows it. ", 100)
	doc := catalog.Document{Pages: []catalog.Page{{Number: 1, Text: text, Blocks: paragraphs(text)}}}
	for b.Loop() {
		d := doc
		finish(&d)
	}
}

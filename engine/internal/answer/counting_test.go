package answer

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadCounting(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{
		"How many documents mention Zorblax?":                        "count Zorblax",
		"how many of my documents mention the blue whale ?":          "count blue whale",
		"How many files contain the word “saffron”?":                 "count saffron",
		"How many documents do not mention saffron?":                 "count not saffron",
		"In how many documents does Ada Lovelace appear?":            "count Ada Lovelace",
		"Count the documents that mention both rust and copper":      "count rust & copper",
		"How many documents mention rust or copper":                  "count rust | copper",
		"How many PDFs mention rent?":                                "count type:pdf rent",
		"How many documents do I have?":                              "count",
		"List all documents that mention Zorblax.":                   "list Zorblax",
		"Which documents mention 'heat pump'?":                       "list heat pump",
		"Show me every file which contains invoice 4711":             "list invoice 4711",
		"Wie viele Dokumente erwähnen Zorblax?":                      "count Zorblax",
		"Liste alle Dokumente auf, die Zorblax erwähnen":             "list Zorblax",
		"Welche Dokumente enthalten den Begriff Miete?":              "list Miete",
		"In which documents is the Treaty of Ghent mentioned?":       "list Treaty of Ghent",
		"How many points did the Panthers defense give up?":          "",
		"Which documents do I need for a passport?":                  "",
		"What documents are required for entry?":                     "",
		"How many documents did the commission publish in 1999?":     "",
		"List the planets":                                           "",
		"Which papers were signed by Lincoln?":                       "",
		"Combien de documents mentionnent Paris ?":                   "count Paris",
		`List all documents that mention "rust" or "copper" in them`: "list rust | copper",
		"How many documents mention saffron anywhere":                "count saffron",
		"Which emails talk about the garden party?":                  "list type:mail garden party",
	} {
		got := ""
		if c, ok := ReadCounting(question); ok {
			got = map[bool]string{true: "list", false: "count"}[c.List]
			for _, k := range c.Kind {
				got += " " + k.String()
			}
			if c.Not {
				got += " not"
			}
			joint := " & "
			if c.Any {
				joint = " | "
			}
			if len(c.Phrases) > 0 {
				got += fmt.Sprint(" ", strings.Join(c.Phrases, joint))
			}
		}
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", question, got, want)
		}
	}
}

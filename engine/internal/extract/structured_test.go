package extract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHostileTexts gives every reader of structured text far more of its structure than any person makes.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	const many = 200_000
	nested := func(open, inner, end string) string {
		return strings.Repeat(open, many) + inner + strings.Repeat(end, many)
	}
	var laughs strings.Builder
	laughs.WriteString(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">`)
	for i := range 20 {
		fmt.Fprintf(&laughs, `<!ENTITY lol%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&lol%d;", i), 10))
	}
	laughs.WriteString(`]><a>deep &lol20;</a>`)
	cases := map[string]string{
		"laughs.xml":     laughs.String(),
		"outside.xml":    `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>deep &x;</a>`,
		"nested.xml":     nested("<a>", "deep", "</a>"),
		"mixed.xml":      nested("<a>x ", "deep", " y</a>"),
		"open.xml":       nested("<title>", "deep", ""),
		"attributes.xml": "<a " + strings.Repeat(`title="one two three" `, many) + ">deep</a>",
		"feed.rss":       "<rss>" + strings.Repeat("<description>&lt;p&gt;x&lt;/p&gt;</description>", 20_000) + "<p>deep</p></rss>",
		"cells.xml":      "<Workbook><Worksheet><Table>" + strings.Repeat("<Row><Cell><Data>x</Data></Cell>", many) + "<Row><Cell><Data>deep</Data></Cell></Row></Table></Worksheet></Workbook>",
		"word.xml":       "<wordDocument>" + nested("<p>", "<t>deep</t>", "</p>") + "</wordDocument>",
		"a.ics":          strings.Repeat("BEGIN:VEVENT\n", many) + "SUMMARY:deep\n",
		"folded.ics":     "BEGIN:VEVENT\nSUMMARY:deep" + strings.Repeat("\n x", many),
		"soft.vcf":       "BEGIN:VCARD\nFN:deep\nNOTE;ENCODING=QUOTED-PRINTABLE:" + strings.Repeat("=\n", many),
		"many.vcf":       strings.Repeat("BEGIN:VCARD\nFN:deep\nEND:VCARD\n", many),
		"a.rst":          strings.Repeat("===\ndeep\n===\n", many),
		"a.org":          strings.Repeat("*", many) + " deep\n" + strings.Repeat("#+x: y\n", many),
		"a.adoc":         strings.Repeat("----\ndeep\n", many),
		"braces.tex":     nested("{", "deep", "}"),
		"commands.tex":   strings.Repeat(`\textbf{deep `, many),
		"lines.tex":      strings.Repeat("\\section{deep\n", many),
		"marks.tex":      strings.Repeat(`\'`, many) + " deep",
		"a.srt":          strings.Repeat("1\n00:00:01,000 --> 00:00:03,500\ndeep\n\n", many),
		"marks.vtt":      "WEBVTT\n\n00:01.000 --> 00:03.500\ndeep" + strings.Repeat("<v a>", many),
		"a.toml":         strings.Repeat("[deep]\n", many),
		"a.yaml":         strings.Repeat("- ", many) + "deep",
		"a.go":           strings.Repeat("{", many) + "deep",
		"a.ipynb":        `{"cells":[{"cell_type":"code","source":"deep","outputs":[` + strings.Repeat(`{"text":"x"},`, 50_000) + `{}]}]}`,
		"nested.ipynb":   `{"cells":[{"cell_type":"markdown","source":["deep"],"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}]}`,
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			doc, err := readDocument(inputOf(name, []byte(data), nil))
			if err != nil || len(doc.Pages) == 0 || !strings.Contains(doc.Pages[len(doc.Pages)-1].Text, "deep") {
				t.Errorf("%v, %d pages", err, len(doc.Pages))
			}
			checkDocument(t, doc)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			for _, p := range doc.Pages {
				if strings.Contains(p.Text, "lollol") || strings.Contains(p.Text, "root:") {
					t.Error("an entity was expanded")
				}
			}
		})
	}
}

func TestNotebookThatIsNone(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{"a": "words"}`, `["words"]`, `{"cells": "words"}`, `{"cells": [{"source": "words"`} {
		doc, err := readDocument(inputOf("a.ipynb", []byte(data), nil))
		if err != nil || len(doc.Pages) != 1 || !strings.Contains(doc.Pages[0].Text, "words") {
			t.Errorf("%s: %v %+v", data, err, doc)
		}
	}
	var lines manyLines
	if err := json.Unmarshal([]byte(`{"not": "lines"}`), &lines); err != nil || lines != "" {
		t.Error(err, lines)
	}
}

func TestLanguageOfSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, want string }{
		{"tide.go", "", "go"}, {"Makefile", "", "make"}, {"a/Dockerfile", "", "dockerfile"}, {"tide", "#!/usr/bin/env python3\n", "python"},
		{"tide", "#!/bin/sh -e\n", "shell"}, {"tide.PY", "", "python"}, {"notes.txt", "plain", ""}, {"tide", "#!", ""}, {"x", "#!/usr/bin/env -S node --flag\n", "javascript"},
	} {
		if got := languageOf(c.name, []byte(c.head)); got != c.want {
			t.Errorf("%s %q: %q", c.name, c.head, got)
		}
	}
}

func TestXMLCharsets(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		"<?xml version='1.0' encoding='ISO-8859-1'?><a>Stra\xdfe</a>",
		"<?xml version='1.0' encoding='utf-8'?><a>Stra\xc3\x9fe</a>",
		"<?xml version='1.0' encoding='ISO-8859-1'?><a>Stra\xc3\x9fe</a>",
		"<a>Stra&#223;e</a>", "<a>Stra&szlig;e</a>", "<a><![CDATA[Stra\xc3\x9fe]]></a>",
		"\xff\xfe<\x00a\x00>\x00S\x00t\x00r\x00a\x00\xdf\x00e\x00<\x00/\x00a\x00>\x00",
	} {
		doc, err := readDocument(inputOf("a.xml", []byte(data), nil))
		if err != nil || len(doc.Pages) != 1 || doc.Pages[0].Text != "Straße" {
			t.Errorf("%q: %v %+v", data, err, doc)
		}
	}
}

func FuzzStructured(f *testing.F) {
	for _, name := range []string{".xml", ".ics", ".vcf", ".rst", ".org", ".adoc", ".tex", ".ipynb", ".vtt", ".toml", ".go"} {
		f.Add(name, []byte("BEGIN:VEVENT\nSUMMARY;A=\"b:c\":x\n y\n\\section{a}\\'e\n===\n* x\n<a>b<c/>d</a>\n00:01.000 --> 00:03.500\n<v A>x"))
	}
	f.Fuzz(func(t *testing.T, extension string, data []byte) {
		readAny(t, "a"+extension, data, nil)
	})
}

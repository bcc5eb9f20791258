// Command samplegen makes the binary documents of build/samples from the text beside it.
//
//	go run ./build/samplegen build/samples
//
// A source is named after what becomes of it: text/lease-2019.pdf.md becomes lease-2019.pdf. It is a little language,
// a line a block: "# " and "## " are headings, "- " is a list item, "| a | b |" a table row, "---" a new page, and
// anything else a paragraph. The same text gives the same bytes, so a test can tell when a document is stale.
package main

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

//go:embed text
var sources embed.FS

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./build/samplegen DIR")
		os.Exit(2)
	}
	if err := writeAll(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "samplegen:", err)
		os.Exit(1)
	}
}

func writeAll(dir string) error {
	documents, err := makeAll()
	if err != nil {
		return err
	}
	for name, data := range documents {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// makeAll returns the bytes of every document by its file name.
func makeAll() (map[string][]byte, error) {
	entries, err := sources.ReadDir("text")
	if err != nil {
		return nil, err
	}
	formats := map[string]func([]block) ([]byte, error){".pdf": makePDF, ".docx": makeDOCX, ".odt": makeODT}
	documents := map[string][]byte{}
	for _, e := range entries {
		source, err := sources.ReadFile("text/" + e.Name())
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(e.Name(), ".md")
		format, known := formats[path.Ext(name)]
		if !known {
			return nil, fmt.Errorf("%s: no such format", e.Name())
		}
		if documents[name], err = format(parse(string(source))); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	return documents, nil
}

type blockKind int

const (
	paragraph blockKind = iota
	title
	heading
	item
	row
	pageBreak
)

// block is one line of a source. Cells is set for rows only.
type block struct {
	kind  blockKind
	text  string
	cells []string
}

func parse(source string) []block {
	var blocks []block
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line == "---":
			blocks = append(blocks, block{kind: pageBreak})
		case strings.HasPrefix(line, "## "):
			blocks = append(blocks, block{kind: heading, text: line[3:]})
		case strings.HasPrefix(line, "# "):
			blocks = append(blocks, block{kind: title, text: line[2:]})
		case strings.HasPrefix(line, "- "):
			blocks = append(blocks, block{kind: item, text: line[2:]})
		case strings.HasPrefix(line, "|"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			blocks = append(blocks, block{kind: row, cells: cells})
		default:
			blocks = append(blocks, block{text: line})
		}
	}
	return blocks
}

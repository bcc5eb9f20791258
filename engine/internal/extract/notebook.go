package extract

import (
	"encoding/json"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const maxOutput = 4 << 10 // bytes of one output of a cell; what programs print is long

// notebook is a Jupyter notebook as far as it is read. Files of version 3 keep their cells in worksheets.
type notebook struct {
	Cells      []cell
	Worksheets []struct{ Cells []cell }
	Metadata   struct {
		Title    string
		Language struct{ Name string }     `json:"language_info"`
		Kernel   struct{ Language string } `json:"kernelspec"`
		Authors  []struct{ Name string }
	}
}

type cell struct {
	Kind    string `json:"cell_type"`
	Level   int    // of headings, in version 3
	Source  manyLines
	Input   manyLines
	Outputs []struct {
		Text manyLines
		Data map[string]json.RawMessage
	}
}

// manyLines is a text or a list of its lines.
type manyLines string

func (m *manyLines) UnmarshalJSON(data []byte) error {
	var lines []string
	if json.Unmarshal(data, &lines) == nil {
		*m = manyLines(strings.Join(lines, ""))
		return nil
	}
	var one string
	if json.Unmarshal(data, &one) == nil {
		*m = manyLines(one)
	}
	return nil // anything else is no text
}

// readNotebook reads the cells of a notebook: prose as Markdown, code as code, and the beginning of what it printed.
// What is no notebook is read as the JSON that it is.
func readNotebook(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxPart)
	if err != nil {
		return catalog.Document{}, err
	}
	var n notebook
	if json.Unmarshal([]byte(decode(data, charsetOf(in.head))), &n) != nil {
		return readJSON(in)
	}
	cells := n.Cells
	for _, sheet := range n.Worksheets {
		cells = append(cells, sheet.Cells...)
	}
	if len(cells) == 0 {
		return readJSON(in)
	}
	w := &writer{}
	w.title(n.Metadata.Title)
	w.property("programmingLanguage", strings.ToLower(orElse(n.Metadata.Language.Name, n.Metadata.Kernel.Language)))
	for _, author := range n.Metadata.Authors {
		w.property("author", author.Name)
	}
	for _, c := range cells {
		c.write(w)
	}
	return w.document("application/x-ipynb+json"), nil
}

func (c cell) write(w *writer) {
	source := string(orElse(c.Source, c.Input))
	switch c.Kind {
	case "code":
		w.block(catalog.BlockCode, 0, source)
	case "heading":
		w.block(catalog.BlockHeading, min(max(c.Level, 1), 6), spaced(source))
		w.title(source)
	default:
		if doc, err := readMarkdown(inputOf("cell.md", []byte(source), nil)); err == nil {
			w.title(doc.Title)
			for _, page := range doc.Pages {
				w.paste(page, 0)
			}
		}
	}
	for _, o := range c.Outputs {
		text := o.Text
		if raw, ok := o.Data["text/plain"]; ok && text == "" {
			_ = text.UnmarshalJSON(raw) // never fails
		}
		w.block(catalog.BlockCode, 0, shortened(strings.TrimSpace(clean(string(text))), maxOutput))
	}
}

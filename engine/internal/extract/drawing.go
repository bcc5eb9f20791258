package extract

import (
	"encoding/xml"
	"strings"
)

// drawnTexts calls do for every paragraph that is drawn on a sheet: in shapes, and in the charts and diagrams that the
// drawing refers to, whose text is in parts of their own. The numbers of charts are those of the sheet.
func drawnTexts(a *archive, part string, do func(text string)) {
	if data, err := a.part(part); err == nil {
		drawnParagraphs(data, do)
	}
	relations := a.relations(part)
	for _, kind := range []string{"chart", "chartEx", "diagramData"} {
		for _, drawn := range ofKind(relations, kind) {
			if data, err := a.part(drawn); err == nil {
				drawnParagraphs(data, do)
			}
		}
	}
}

// attachedTexts calls do for the paragraphs of charts and diagrams among the relations of a part, and for the numbers
// of the charts.
func attachedTexts(a *archive, relations map[string]relation, do func(text string)) {
	for _, id := range sortedIDs(relations) {
		r := relations[id]
		data, err := a.part(r.target)
		if err != nil || r.target == "" {
			continue
		}
		switch r.kind {
		case "chart", "chartEx":
			drawnParagraphs(data, do)
			chartSeries(data, do)
		case "diagramData":
			drawnParagraphs(data, do)
		}
	}
}

// drawnParagraphs calls do for every paragraph of a drawing's text.
func drawnParagraphs(part []byte, do func(text string)) {
	text, in := strings.Builder{}, 0
	eachToken(part, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				in++
			case "br", "tab":
				text.WriteByte(' ')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				in = max(0, in-1)
			case "p":
				do(text.String())
				text.Reset()
			}
		case xml.CharData:
			if in > 0 {
				text.Write(e)
			}
		}
	})
}

// chartSeries calls do with one line for each series of a chart: its name and its values with their categories, as the
// chart showed them last.
func chartSeries(part []byte, do func(text string)) {
	var c chart
	eachToken(part, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			c.start(e)
		case xml.EndElement:
			if line := c.end(e.Name.Local); line != "" {
				do(line)
			}
		case xml.CharData:
			if c.value {
				c.text.Write(e)
			}
		}
	})
}

// chart is the reading of a chart's series.
type chart struct {
	series                    bool
	of                        string // name, category or value: which of them is being read
	value                     bool
	text                      strings.Builder
	names, categories, points []string
}

func (c *chart) start(e xml.StartElement) {
	switch name := e.Name.Local; name {
	case "ser":
		*c = chart{series: true}
	case "tx", "cat", "xVal", "val", "yVal":
		c.of = name
	case "v":
		c.value = c.series
		c.text.Reset()
	}
}

func (c *chart) end(name string) string {
	switch name {
	case "v":
		c.value = false
		c.keep(spaced(c.text.String()))
	case "tx", "cat", "xVal", "val", "yVal":
		c.of = ""
	case "ser":
		line := c.line()
		*c = chart{}
		return line
	}
	return ""
}

func (c *chart) keep(text string) {
	switch c.of {
	case "tx":
		c.names = append(c.names, text)
	case "cat", "xVal":
		c.categories = append(c.categories, text)
	case "val", "yVal":
		c.points = append(c.points, shortNumber(text))
	}
}

func (c *chart) line() string {
	const most = 200
	parts := c.names
	for i, p := range c.points[:min(len(c.points), most)] {
		if i < len(c.categories) && c.categories[i] != "" {
			p = c.categories[i] + ": " + p
		}
		parts = append(parts, p)
	}
	if len(c.points) == 0 {
		parts = append(parts, c.categories[:min(len(c.categories), most)]...)
	}
	return strings.Join(parts, cellGap)
}

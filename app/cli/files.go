package cli

import (
	"context"
	"strings"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// filesDocument is the files document.
type filesDocument struct {
	Total int         `json:"total"`
	Files []fileShape `json:"files"`
}

// fileShape is a document with how far it has come and why no further.
type fileShape struct {
	ContentID string                `json:"contentId"`
	FileName  string                `json:"fileName"`
	Path      string                `json:"path"`
	Status    catalog.ContentStatus `json:"status"`
	Extent    catalog.Extent        `json:"extent"`  // whole, part or none; empty until processed
	Reasons   []string              `json:"reasons"` // why it failed, or what was left out of its text
}

func files(ctx context.Context, c *call) error {
	limit := c.options.number("limit")
	if limit < 1 || limit > 1000 {
		return usage("--limit must be from 1 to 1,000.")
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, total, err := desk.Contents(ctx, client.ContentsQuery{
			Name: strings.Join(c.args, " "), Workspace: c.options.text("workspace"), Filter: c.options.text("filter"),
			Status: catalog.ContentStatus(c.options.text("status")), Extent: catalog.Extent(c.options.text("extent")), Limit: limit,
		})
		if err != nil {
			return err
		}
		shapes := make([]fileShape, len(list))
		for i, content := range list {
			shapes[i] = shapeFile(content)
		}
		if c.json {
			return c.document(filesDocument{total, shapes})
		}
		for _, f := range shapes {
			c.fileLine(f)
		}
		if more := total - len(shapes); more > 0 {
			c.line("… and %s; --limit shows more.", count(more, "more document"))
		}
		return nil
	})
}

func shapeFile(content catalog.Content) fileShape {
	f := fileShape{content.ID, content.FileName, content.Path, content.Status, content.Extent, append([]string{}, content.Warnings...)}
	if content.Failure != "" {
		f.Reasons = []string{content.Failure}
	}
	return f
}

// fileLine is a document in a line; how it is stands there only where something is left to say.
func (c *call) fileLine(f fileShape) {
	line := c.styled(bold, clean(f.FileName))
	if f.Path != "" {
		line = clean(f.Path)
	}
	switch {
	case f.Status != catalog.StatusProcessed:
		line += c.styled(yellow, " ("+string(f.Status)+")")
	case f.Extent == catalog.ExtentPart:
		line += c.styled(yellow, " (read in part)")
	case f.Extent == catalog.ExtentNone:
		line += c.styled(yellow, " (no text)")
	}
	if len(f.Reasons) > 0 {
		line += ": " + clean(strings.Join(f.Reasons, " "))
	}
	c.line("%s", line)
}

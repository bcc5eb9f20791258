package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// added is an imported document in --json documents.
type added struct {
	ContentID   string `json:"contentId"`
	WorkspaceID string `json:"workspaceId"`
	FileName    string `json:"fileName"`
	FileFormat  string `json:"fileFormat"`
	Size        int64  `json:"size"`
}

// add imports every file that it can. The first failure decides the exit code; the others are told on standard error.
func add(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		workspace := c.options.text("workspace")
		if workspace != "" {
			w, err := desk.ResolveWorkspace(ctx, workspace)
			if err != nil {
				return err
			}
			workspace = w.ID
		}
		documents, first := []added{}, error(nil)
		for _, name := range c.args {
			made, err := importFile(ctx, desk, workspace, name)
			if err != nil {
				if ctx.Err() != nil {
					return err
				}
				if first != nil {
					c.note("sheaf: %s", clean(catalog.MessageOf(first)))
				}
				first = err
				continue
			}
			documents = append(documents, added{made.ID, made.WorkspaceID, made.FileName, made.FileFormat, made.Size})
			if !c.json {
				c.line("Added %s (%s).", clean(made.FileName), size(made.Size))
			}
		}
		if c.json {
			if err := c.document(map[string]any{"documents": documents}); err != nil {
				return err
			}
		}
		return first
	})
}

func importFile(ctx context.Context, desk *client.Client, workspace, name string) (catalog.Content, error) {
	info, err := os.Stat(name)
	switch {
	case os.IsNotExist(err):
		return catalog.Content{}, catalog.Errorf(catalog.NotFound, "There is no file %q.", name)
	case err != nil:
		return catalog.Content{}, catalog.WrapError(catalog.Denied, "The file \""+name+"\" cannot be read.", err)
	case info.IsDir():
		return catalog.Content{}, catalog.Errorf(catalog.Invalid, "%q is a folder; watch it with \"sheaf folder add\".", name)
	case !info.Mode().IsRegular():
		return catalog.Content{}, catalog.Errorf(catalog.Invalid, "%q is not a regular file.", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return catalog.Content{}, catalog.WrapError(catalog.Denied, "The file \""+name+"\" cannot be read.", err)
	}
	defer file.Close()
	return desk.Import(ctx, workspace, strings.ToValidUTF8(filepath.Base(name), "\uFFFD"), file)
}

// shown is the show document.
type shown struct {
	ContentID string         `json:"contentId"`
	FileName  string         `json:"fileName"`
	Path      string         `json:"path"`
	Pages     int            `json:"pages"`
	Page      *int           `json:"page"` // null: all pages, a form feed between them
	Text      string         `json:"text"`
	Metadata  map[string]any `json:"metadata"`
}

func show(ctx context.Context, c *call) error {
	page := c.options.number("page")
	if c.options.Changed("page") && page < 1 {
		return usage("--page counts from 1.")
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		content, err := desk.Content(ctx, c.args[0])
		if err != nil {
			return err
		}
		s := shown{ContentID: content.ID, FileName: content.FileName, Path: content.Path, Pages: content.PageCount, Metadata: content.Metadata}
		first, last := 1, content.PageCount
		if page > 0 {
			first, last = page, page
		}
		if first == last {
			s.Page = &first
		}
		texts := []string{}
		for n := first; n <= last; n++ {
			p, err := desk.Page(ctx, content.ID, n)
			if err != nil {
				return err
			}
			texts = append(texts, p.Text)
		}
		s.Text = strings.Join(texts, "\f")
		if c.json {
			return c.document(s)
		}
		c.details(content)
		for i, text := range texts {
			if content.PageCount > 1 {
				c.line("%s", c.styled(dim, "— page "+grouped(first+i)+" of "+grouped(content.PageCount)+" —"))
			}
			c.line("%s", cleanText(strings.TrimRight(text, "\n")))
		}
		return nil
	})
}

// details heads the text of a document.
func (c *call) details(content catalog.Content) {
	c.line("%s", c.styled(bold, clean(content.FileName)))
	if content.PartOf != "" {
		c.line("in %s", clean(content.PartOf))
	}
	if content.Path != "" {
		c.line("%s", clean(content.Path))
	}
	facts := []string{content.FileFormat, size(content.Size), string(content.Status)}
	if content.PageCount > 0 {
		facts = append(facts, count(content.PageCount, "page"))
	}
	c.line("%s", clean(strings.Join(facts, ", ")))
	if content.Failure != "" {
		c.line("%s", clean(content.Failure))
	}
	for _, warning := range content.Warnings {
		c.line("%s", c.styled(yellow, clean(warning)))
	}
	c.line("")
}

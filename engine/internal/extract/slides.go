package extract

import (
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// slides writes the slides of a presentation, one page each: the title as heading wherever it stands on the slide, then
// the rest in its order, then the notes of the speaker.
type slides struct {
	w     *writer
	body  *writer // the slide without its title
	title string
	count int
	after []string // notes and comments, which are written last
}

func (s *slides) begin() {
	if s.count > 0 {
		s.w.breakPage()
	}
	s.count++
	s.title, s.body, s.after = "", &writer{}, nil
}

// titled sets the slide's title; a second one is a paragraph.
func (s *slides) titled(text string) {
	text = spaced(text)
	if s.title == "" {
		s.title = text
		return
	}
	s.paragraph(text)
}

// paragraph adds one to the slide.
func (s *slides) paragraph(text string) { s.body.block(catalog.BlockParagraph, 0, text) }

func (s *slides) note(text string) { s.after = append(s.after, text) }

func (s *slides) end() {
	s.w.block(catalog.BlockHeading, 1, s.title)
	s.w.title(s.title)
	s.w.paste(s.body.document("").Pages[0], 0)
	for _, text := range s.after {
		s.w.block(catalog.BlockParagraph, 0, text)
	}
}

func (s *slides) finish() {
	if s.count > 0 {
		s.w.property("slides", fmt.Sprint(s.count)) // over what the file may have said
	}
}

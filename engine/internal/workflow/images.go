package workflow

import (
	"context"
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// pagesAhead is how many pages of a document get a picture before anybody asks for one.
const pagesAhead = 5

// deriveImages makes pictures of the first pages. A document of which there are none, or no more, is no failure.
func (r *Runner) deriveImages(ctx context.Context, x catalog.DueExecution) (ending, error) {
	if x.Away {
		return failed("The bytes of this document are not on this device, so there are no pictures of it."), nil
	}
	for page := 1; page <= pagesAhead; page++ {
		err := r.Picture(ctx, x.Content.ID, page)
		switch code := catalog.CodeOf(err); {
		case ctx.Err() != nil:
			return pending, ctx.Err()
		case code == "":
		case code == catalog.NotFound && page == 1: // the document is gone
			return pending, err
		case code == catalog.NotFound:
			return done(pictured(page-1, true)), nil
		case (code == catalog.Unsupported || code == catalog.Locked) && page == 1:
			return done("There is nothing to derive. " + catalog.MessageOf(err)), nil
		case code == catalog.Unsupported:
			return done(fmt.Sprintf("%s The next has none: %s", pictured(page-1, false), catalog.MessageOf(err))), nil
		default:
			return failed(catalog.MessageOf(err)), nil
		}
	}
	return done(pictured(pagesAhead, x.Content.PageCount == pagesAhead)), nil
}

// pictured says how many pages have a picture now, and whether those are all.
func pictured(pages int, all bool) string {
	switch {
	case pages == 1 && all:
		return "A picture of its one page was made."
	case pages == 1:
		return "A picture of its first page was made."
	case all:
		return fmt.Sprintf("Pictures of its %d pages were made.", pages)
	}
	return fmt.Sprintf("Pictures of its first %d pages were made.", pages)
}

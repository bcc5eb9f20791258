package sessions

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// perPage is how many elements a page has.
const perPage = 15

// lastPage is the last page that is told from those after it: far past the end of any list, and still a number that
// every client can hold.
const lastPage = 1 << 31

// PageMeta says which page of how many an answer is.
type PageMeta struct {
	CurrentPage int `json:"current_page"`
	LastPage    int `json:"last_page" minimum:"1"`
	PerPage     int `json:"per_page"`
	Total       int `json:"total"`
}

// page is the number of a page, from 1.
type page int

// readPage reads the parameter page. A page past the end is none of its concern, however far.
func readPage(r *http.Request) (page, error) {
	given := r.URL.Query()["page"]
	if len(given) == 0 {
		return 1, nil
	}
	n, err := strconv.ParseUint(given[0], 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		n, err = lastPage, nil
	}
	if err != nil || n < 1 || len(given) > 1 {
		const message = "must be one whole number from 1"
		return 0, &catalog.Error{Code: catalog.Invalid, Message: "The parameter page " + message + ".", Fields: []catalog.FieldError{{Field: "page", Message: message}}}
	}
	return page(min(n, lastPage)), nil
}

func (p page) offset() int { return (int(p) - 1) * perPage }

func (p page) meta(total int) PageMeta {
	return PageMeta{CurrentPage: int(p), LastPage: max(1, (total+perPage-1)/perPage), PerPage: perPage, Total: total}
}

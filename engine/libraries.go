package engine

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of a library.
const (
	maxURLs = 500   // addresses
	maxURL  = 2_048 // code points an address
)

// Libraries lists those of the actor, oldest first.
func (e *Engine) Libraries(ctx context.Context) ([]catalog.Library, error) {
	actor, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return e.store.Libraries(ctx, e.userOf(actor))
}

// Library returns a library of the actor. NotFound for any other id.
func (e *Engine) Library(ctx context.Context, id string) (catalog.Library, error) {
	user, err := e.librarian(ctx, id)
	if err != nil {
		return catalog.Library{}, err
	}
	return e.store.Library(ctx, user, id)
}

// CreateLibrary makes a library of the actor. Invalid for a bad name and for addresses that are not absolute http or
// https, longer than 2,048 code points or more than 500; Conflict for a name that the actor's libraries have already.
func (e *Engine) CreateLibrary(ctx context.Context, name string, urls []string) (catalog.Library, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.Library{}, err
	}
	if err := checkLibrary(catalog.LibraryChange{Name: &name, URLs: urls}); err != nil {
		return catalog.Library{}, err
	}
	return e.store.CreateLibrary(ctx, e.userOf(actor), strings.TrimSpace(name), urls)
}

// UpdateLibrary changes what is present in c. Errors as CreateLibrary; NotFound for an unknown library.
func (e *Engine) UpdateLibrary(ctx context.Context, id string, c catalog.LibraryChange) (catalog.Library, error) {
	user, err := e.librarian(ctx, id)
	if err != nil {
		return catalog.Library{}, err
	}
	if err := checkLibrary(c); err != nil {
		return catalog.Library{}, err
	}
	if c.Name != nil {
		c.Name = new(strings.TrimSpace(*c.Name))
	}
	if err := e.store.UpdateLibrary(ctx, user, id, c); err != nil {
		return catalog.Library{}, err
	}
	return e.store.Library(ctx, user, id)
}

// DeleteLibrary removes a library of the actor. NotFound for an unknown one.
func (e *Engine) DeleteLibrary(ctx context.Context, id string) error {
	user, err := e.librarian(ctx, id)
	if err != nil {
		return err
	}
	return e.store.DeleteLibrary(ctx, user, id)
}

// librarian is the actor's user, for a call about the library with an id.
func (e *Engine) librarian(ctx context.Context, id string) (user string, err error) {
	actor, err := caller(ctx)
	if err == nil && !catalog.ValidID(id) {
		err = unknown("library", id)
	}
	return e.userOf(actor), err
}

func checkLibrary(c catalog.LibraryChange) error {
	var wrong wrongFields
	if c.Name != nil {
		wrong.checkText("name", *c.Name, 1, maxName)
	}
	if len(c.URLs) > maxURLs {
		wrong.add("urls", "must have at most "+strconv.Itoa(maxURLs)+" addresses")
		return wrong.err()
	}
	for i, address := range c.URLs {
		wrong.checkAddress(element("urls", i), address)
	}
	return wrong.err()
}

// element names one element of a list that is wrong.
func element(field string, at int) string { return field + "[" + strconv.Itoa(at) + "]" }

// checkAddress notes what is no address of a web page.
func (w *wrongFields) checkAddress(field, text string) {
	before := len(*w)
	if w.checkText(field, text, 1, maxURL); len(*w) > before {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		w.add(field, "must be an absolute address that begins with http:// or https://")
	case u.User != nil:
		w.add(field, "must not carry a user name or a password")
	}
}

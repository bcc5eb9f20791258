package engine

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxPasswords = 100 // that are tried on every document that needs one
	maxSecret    = 512 // bytes of a password
)

// passwords are those that a person has given for documents: in memory, and those that she asked to be kept on disk as
// well. What they are leaves this type only on the way to the child that opens the document.
type passwords struct {
	mu   sync.Mutex
	list []catalog.KeptPassword // oldest first
}

// of returns what to try on a content: its own password, and those for every document, the newest first.
func (p *passwords) of(contentID string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var own, all []string
	for _, k := range slices.Backward(p.list) {
		switch k.ContentID {
		case contentID:
			own = append(own, k.Secret)
		case "":
			all = append(all, k.Secret)
		}
	}
	return append(own, all...)
}

// add takes a password in; one that the same document had goes.
func (p *passwords) add(k catalog.KeptPassword) (replaced string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = slices.DeleteFunc(p.list, func(old catalog.KeptPassword) bool {
		gone := k.ContentID != "" && old.ContentID == k.ContentID
		if gone {
			replaced = old.ID
		}
		return gone
	})
	p.list = append(p.list, k)
	return replaced
}

// forget reports whether there was such a password.
func (p *passwords) forget(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.list)
	p.list = slices.DeleteFunc(p.list, func(k catalog.KeptPassword) bool { return k.ID == id })
	return len(p.list) < before
}

// told is what may be told of them.
func (p *passwords) told() []catalog.Password {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]catalog.Password, len(p.list))
	for i, k := range p.list {
		list[i] = k.Password
	}
	return list
}

func (p *passwords) forAll() (n int) {
	for _, k := range p.told() {
		if k.ContentID == "" {
			n++
		}
	}
	return n
}

// recallPasswords takes from the store what a person has asked to be kept.
func (e *Engine) recallPasswords(ctx context.Context) (err error) {
	e.passwords.list, err = e.store.KeptPasswords(ctx)
	return err
}

// GivePassword gives the password of a document, or, when contentID is empty, one that is tried on every document that
// needs one; then those documents are read at once. It is held until the engine is closed, or, when keep is set, stored
// in the data directory until ForgetPassword. Invalid for what can be no password, Conflict for a document that needs none.
func (e *Engine) GivePassword(ctx context.Context, contentID, secret string, keep bool) (catalog.Password, error) {
	contentID, err := e.mayUnlock(ctx, contentID)
	if err != nil {
		return catalog.Password{}, err
	}
	if secret == "" || len(secret) > maxSecret || !utf8.ValidString(secret) || strings.ContainsRune(secret, 0) {
		return catalog.Password{}, &catalog.Error{Code: catalog.Invalid, Message: "This cannot be the password of a document.",
			Fields: []catalog.FieldError{{Field: "password", Message: "must be 1 to 512 bytes of text"}}}
	}
	if contentID == "" && e.passwords.forAll() >= maxPasswords {
		return catalog.Password{}, catalog.Errorf(catalog.TooLarge, "There are %d passwords already; forget those that are of no use.", maxPasswords)
	}
	k := catalog.KeptPassword{Secret: secret, Password: catalog.Password{
		ID: catalog.NewID(e.options.Now(), e.options.Random), ContentID: contentID, Kept: keep, AddedAt: e.options.Now().UTC().Truncate(time.Second)}}
	if keep {
		if err := e.store.KeepPassword(ctx, k); err != nil {
			return catalog.Password{}, err
		}
	}
	if replaced := e.passwords.add(k); replaced != "" {
		if err := e.store.ForgetPassword(ctx, replaced); err != nil {
			return catalog.Password{}, err
		}
	}
	if _, err := e.store.RetryLocked(ctx, contentID); err != nil {
		return catalog.Password{}, err
	}
	e.line.Wake()
	return k.Password, nil
}

// mayUnlock: whoever may write a document may give its password; one that is tried everywhere is the owner's to give. A
// document that lies in another one is read with that, so the password is for what has the bytes.
func (e *Engine) mayUnlock(ctx context.Context, contentID string) (of string, err error) {
	if contentID == "" {
		_, err := owner(ctx)
		return "", err
	}
	content, err := e.content(ctx, contentID, catalog.ActionWriteContents)
	if err == nil && content.RootID != "" {
		content, err = e.content(ctx, content.RootID, catalog.ActionWriteContents)
	}
	if err != nil {
		return "", err
	}
	if !content.NeedsPassword {
		return "", catalog.Errorf(catalog.Conflict, "%s needs no password now.", content.FileName)
	}
	return content.ID, nil
}

// Passwords lists what has been given, oldest first, without what the passwords are.
func (e *Engine) Passwords(ctx context.Context) ([]catalog.Password, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.passwords.told(), nil
}

// ForgetPassword forgets a password; what was read with it stays. NotFound when there is none with that id.
func (e *Engine) ForgetPassword(ctx context.Context, id string) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	if err := e.store.ForgetPassword(ctx, id); err != nil {
		return err
	}
	if !e.passwords.forget(id) {
		return catalog.Errorf(catalog.NotFound, "There is no such password.")
	}
	return nil
}

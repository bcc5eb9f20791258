package extract

import (
	"bytes"
	"context"
	"errors"

	"github.com/xuri/excelize/v2"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Passwords are secrets. They reach a child over its stdin, together with the one file that turned out to need one, and
// are in no argument, environment, log or answer. A child that was told any reads no other file.

const maxPasswords = 100 // that are tried on one file

var (
	errLocked      = catalog.Errorf(catalog.Locked, "This document needs a password.")
	errLockedStill = catalog.Errorf(catalog.Locked, "This document needs a password, and none of those that were given opens it.")
)

type passwordsKey struct{}

// WithPasswords lets files that need a password be opened with those that find returns, which is asked for such files only.
func WithPasswords(ctx context.Context, find func() []string) context.Context {
	return context.WithValue(ctx, passwordsKey{}, find)
}

// unlocked submits a job, and once more with passwords when its file, or one within it, needs one.
func (p *Pool) unlocked(ctx context.Context, lane chan<- *job, j *job) (Result, error) {
	r, err := p.submit(ctx, lane, j)
	if catalog.CodeOf(err) != catalog.Locked && !r.Document.Locked {
		return r, err
	}
	find, _ := ctx.Value(passwordsKey{}).(func() []string)
	if find == nil {
		return r, err
	}
	passwords := find()
	if len(passwords) == 0 {
		return r, err
	}
	j.leaveRoom()
	return p.submit(ctx, lane, &job{file: j.file, name: j.name, size: j.size, picture: j.picture, open: j.open, slow: j.slow, passwords: passwords[:min(len(passwords), maxPasswords)]})
}

// protective is the password of workbooks that Excel only keeps from being changed: it opens them without asking.
const protective = "VelvetSweatshop"

// readLockedOffice reads a document of Office that lies encrypted in a container.
func readLockedOffice(in *input) (catalog.Document, error) {
	data, err := in.bytes()
	if err != nil {
		return catalog.Document{}, err
	}
	for _, password := range append([]string{protective}, in.passwords...) {
		opened, err := excelize.Decrypt(data, &excelize.Options{Password: password})
		if errors.Is(err, excelize.ErrUnsupportedEncryptMechanism) || errors.Is(err, excelize.ErrUnknownEncryptMechanism) {
			return catalog.Document{}, errEncrypted
		}
		if err != nil {
			return catalog.Document{}, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
		}
		if bytes.HasPrefix(opened, []byte("PK\x03\x04")) { // a wrong password gives something else
			inner := inputOf(in.name, opened, in.pdf)
			inner.depth, inner.passwords, inner.patience = in.depth, in.passwords, in.patience
			return in.inner(inner)
		}
	}
	if len(in.passwords) > 0 {
		return catalog.Document{}, errLockedStill
	}
	return catalog.Document{}, errLocked
}

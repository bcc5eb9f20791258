package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// TokenSpec describes an access token to make.
type TokenSpec struct {
	Name        string
	UserEmail   string // or id; empty: the local owner
	WorkspaceID string // or name, of one of the user's; not empty: the token sees this workspace only
	Abilities   []string
	Expires     time.Duration // 0 = never
}

// CreateToken makes a token and returns its secret, which is stored only as a hash and never shown again. Invalid for
// an unknown ability or a negative time; NotFound for an unknown user, or a workspace that is none of the user's.
func (e *Engine) CreateToken(ctx context.Context, s TokenSpec) (catalog.Token, string, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Token{}, "", err
	}
	if len(s.Abilities) == 0 {
		s.Abilities = []string{"*"}
	}
	if err := s.check(); err != nil {
		return catalog.Token{}, "", err
	}
	if s.UserEmail == "" {
		s.UserEmail = e.local.UserID
	}
	user, err := e.store.User(ctx, s.UserEmail)
	if err != nil {
		return catalog.Token{}, "", err
	}
	if s.WorkspaceID != "" {
		w, err := e.ResolveWorkspace(catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorUser, UserID: user.ID}), s.WorkspaceID)
		if err != nil {
			return catalog.Token{}, "", err
		}
		s.WorkspaceID = w.ID
	}
	return e.store.CreateToken(ctx, store.TokenSpec(s))
}

func (s TokenSpec) check() error {
	for _, a := range s.Abilities {
		if !slices.Contains(catalog.Abilities, a) {
			return &catalog.Error{Code: catalog.Invalid, Message: fmt.Sprintf("There is no ability %q. The abilities are %s.", a, strings.Join(catalog.Abilities, ", ")),
				Fields: []catalog.FieldError{{Field: "abilities", Message: "must be among " + strings.Join(catalog.Abilities, ", ")}}}
		}
	}
	var wrong wrongFields
	wrong.checkText("name", s.Name, 0, maxName)
	if s.Expires < 0 {
		wrong.add("expiry", "must not lie in the past")
	}
	return wrong.err()
}

// Tokens lists tokens without their secrets.
func (e *Engine) Tokens(ctx context.Context) ([]catalog.Token, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.Tokens(ctx)
}

// RevokeToken ends a token at once. NotFound when there is none.
func (e *Engine) RevokeToken(ctx context.Context, id string) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	return e.store.RevokeToken(ctx, id)
}

// Authenticate returns the actor of a token's secret. Unauthenticated when it is unknown, expired or revoked.
func (e *Engine) Authenticate(ctx context.Context, secret string) (catalog.Actor, error) {
	return e.store.TokenActor(ctx, secret)
}

package engine

import (
	"context"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// TokenSpec describes an access token to make.
type TokenSpec struct {
	Name        string
	UserEmail   string // empty: the local owner
	WorkspaceID string // not empty: the token sees this workspace only
	Abilities   []string
	Expires     time.Duration // 0 = never
}

// CreateToken makes a token and returns its secret, which is stored only as a hash and never shown again. Invalid for
// an unknown ability or a negative time; NotFound for an unknown user or workspace.
func (e *Engine) CreateToken(ctx context.Context, s TokenSpec) (catalog.Token, string, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Token{}, "", err
	}
	if len(s.Abilities) == 0 {
		s.Abilities = []string{"*"}
	}
	for _, a := range s.Abilities {
		if !slices.Contains(catalog.Abilities, a) {
			return catalog.Token{}, "", catalog.Errorf(catalog.Invalid, "There is no ability %q. The abilities are %v.", a, catalog.Abilities)
		}
	}
	if s.Expires < 0 {
		return catalog.Token{}, "", catalog.Errorf(catalog.Invalid, "A token cannot expire in the past.")
	}
	if s.WorkspaceID != "" {
		if err := e.may(ctx, s.WorkspaceID, catalog.ActionRead); err != nil {
			return catalog.Token{}, "", err
		}
	}
	if s.UserEmail == "" {
		s.UserEmail = e.local.Email
	}
	return e.store.CreateToken(ctx, store.TokenSpec(s))
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

package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Identifier finds out who calls. The agent's own token and tokens that a one-time code was exchanged for act as the
// local owner; every other token is looked up.
type Identifier struct {
	Owner      catalog.Actor
	AgentToken string // from agent.json; empty: none
	Codes      *Codes // nil: none
	Lookup     func(ctx context.Context, secret string) (catalog.Actor, error)
}

type identityKey struct{}

// wrap puts the actor into the request's context, or the reason why there is none. It refuses nothing itself: public
// routes need no actor, and each family answers the others in its own form.
func (id *Identifier) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if actor, err := id.identify(r); err != nil {
			ctx = context.WithValue(ctx, identityKey{}, err)
		} else {
			ctx = catalog.WithActor(ctx, actor)
			exchangeOf(ctx).actor = named(actor)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// named is what the log may tell of an actor.
func named(a catalog.Actor) string {
	if a.Kind == catalog.ActorUser {
		return a.TokenID
	}
	return string(a.Kind)
}

func (id *Identifier) identify(r *http.Request) (catalog.Actor, error) {
	secret, err := credential(r)
	switch {
	case err != nil:
		return catalog.Actor{}, err
	case id.AgentToken != "" && equalSecrets(secret, id.AgentToken), id.Codes != nil && id.Codes.holds(secret):
		return id.Owner, nil
	case id.Lookup == nil:
		return catalog.Actor{}, errNoCredential
	}
	return id.Lookup(r.Context(), secret)
}

// credential reads the token of a request; two different ones are refused rather than chosen from.
func credential(r *http.Request) (string, error) {
	key := strings.TrimSpace(r.Header.Get("X-Api-Key"))
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if bearer = strings.TrimSpace(bearer); !strings.EqualFold(scheme, "Bearer") {
		bearer = ""
	}
	switch {
	case key == "" && bearer == "":
		return "", errNoCredential
	case key != "" && bearer != "" && key != bearer:
		return "", catalog.Errorf(catalog.Unauthenticated, "The request carries two different tokens; send one.")
	case bearer != "":
		return bearer, nil
	}
	return key, nil
}

var errNoCredential = catalog.Errorf(catalog.Unauthenticated, "This needs a token: send it as \"Authorization: Bearer …\" or \"x-api-key: …\".")

// identityError is why the request has no actor.
func identityError(ctx context.Context) error {
	if err, ok := ctx.Value(identityKey{}).(error); ok {
		return err
	}
	return errNoCredential
}

// equalSecrets compares in constant time whatever the lengths.
func equalSecrets(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

package catalog

import (
	"context"
	"slices"
)

// ActorKind says whose authority a call has.
type ActorKind string

const (
	ActorOwner  ActorKind = "owner"  // the person at this machine: window, command line, agent token
	ActorUser   ActorKind = "user"   // the user of an access token
	ActorSystem ActorKind = "system" // Sheaf itself: ingestion, synchronisation
)

// Actor is who calls. A context without one is denied everything.
type Actor struct {
	Kind      ActorKind
	UserID    string
	Email     string
	Standing  OrganizationRole // in the organization
	TokenID   string           // set for ActorUser
	Workspace string           // not empty: the token sees this workspace only
	Abilities []string         // "*" means all; ignored for ActorOwner and ActorSystem
}

// Has reports whether the actor's token carries the ability.
func (a Actor) Has(ability string) bool {
	return a.Kind != ActorUser || slices.Contains(a.Abilities, "*") || slices.Contains(a.Abilities, ability)
}

type actorKey struct{}

// WithActor returns a context whose calls are made by a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns the actor of ctx; ok is false when there is none.
func ActorFrom(ctx context.Context) (a Actor, ok bool) {
	a, ok = ctx.Value(actorKey{}).(Actor)
	return a, ok
}

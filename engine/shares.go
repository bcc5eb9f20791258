package engine

import (
	"context"
	"io"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// sharesKept is how long a link that has expired is still known as one that was.
const sharesKept = 30 * 24 * time.Hour

// CreateShares makes a link to each of the contents, in their order, under which whoever has it gets the bytes without
// other credentials. All are made or none. Invalid for a life out of range; NotFound for a content that the actor may
// not know of.
func (e *Engine) CreateShares(ctx context.Context, contentIDs []string, life time.Duration) ([]catalog.Share, error) {
	actor, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if life < catalog.ShareLifeLeast || life > catalog.ShareLifeMost {
		return nil, catalog.Errorf(catalog.Invalid, "A link can be valid for 1 to %d seconds.", int(catalog.ShareLifeMost.Seconds()))
	}
	for _, id := range contentIDs {
		if _, err := e.content(ctx, id, catalog.ActionRead); err != nil {
			return nil, err
		}
	}
	return e.store.CreateShares(ctx, contentIDs, e.userOf(actor), life)
}

// OpenShare opens the bytes of the content that a link leads to. Link and token are all that it takes: ctx needs no
// actor. NotFound for an unknown link, a wrong token, or a content that has been deleted; Gone when the link has
// expired, was revoked, or when whoever made it may not read the content any more; Unavailable when the bytes are not
// here now.
func (e *Engine) OpenShare(ctx context.Context, id, token string) (io.ReadSeekCloser, catalog.Content, error) {
	share, role, err := e.store.Share(ctx, id, token)
	switch {
	case err != nil:
		return nil, catalog.Content{}, err
	case share.Revoked:
		return nil, catalog.Content{}, catalog.Errorf(catalog.Gone, "This link was revoked. Ask whoever sent it for a new one.")
	case !e.options.Now().Before(share.ExpiresAt):
		return nil, catalog.Content{}, catalog.Errorf(catalog.Gone, "This link has expired. Ask whoever sent it for a new one.")
	case !catalog.Can(role, catalog.ActionRead):
		return nil, catalog.Content{}, catalog.Errorf(catalog.Gone, "This link has ended: whoever made it may not read the document any more.")
	}
	// The link itself is the right to these bytes.
	return e.Original(catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorSystem}), share.ContentID)
}

// RevokeShares ends links to a content at once and returns how many: everybody's for those who may change contents in
// its workspace, archived or not, and for others those that they have made themselves.
func (e *Engine) RevokeShares(ctx context.Context, contentID string) (ended int, err error) {
	content, err := e.content(ctx, contentID, catalog.ActionRead)
	if err != nil {
		return 0, err
	}
	actor, err := caller(ctx)
	if err != nil {
		return 0, err
	}
	role, err := e.roleOf(ctx, actor, content.WorkspaceID)
	if err != nil {
		return 0, err
	}
	maker := e.userOf(actor)
	if catalog.Can(role, catalog.ActionWriteContents) {
		maker = ""
	}
	return e.store.RevokeShares(ctx, content.ID, maker)
}

// purgeShares forgets links that ended long ago.
func (e *Engine) purgeShares(ctx context.Context) error {
	return e.store.PurgeShares(ctx, e.options.Now().Add(-sharesKept))
}

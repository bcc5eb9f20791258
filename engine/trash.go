package engine

import (
	"context"
	"errors"
	"time"
)

const (
	trashKept  = 30 * 24 * time.Hour // how long a deleted document can be restored
	trashEvery = 24 * time.Hour      // between two looks at what is older
)

// keepTrash removes what is too old from the trash and from the links that have ended, now and once a day, the pictures
// of what is gone, bytes that nothing names, and what deleted workspaces held when that could not be waited for, until ctx ends. A failure is logged and tried again the
// next day: nothing depends on it but disk space.
func (e *Engine) keepTrash(ctx context.Context) error {
	ticker := time.NewTicker(trashEvery)
	defer ticker.Stop()
	for {
		if err := errors.Join(e.purgeWorkspaces(ctx), e.emptyTrash(ctx), e.purgeShares(ctx), e.purgePictures(ctx), e.releaseBytes(ctx)); err != nil && ctx.Err() == nil {
			e.options.Log.Warn("what is too old could not be removed", "error", err)
		}
		select {
		case <-ticker.C:
		case <-e.purging:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// purgeSoon makes keepTrash look again.
func (e *Engine) purgeSoon() {
	select {
	case e.purging <- struct{}{}:
	default:
	}
}

func (e *Engine) emptyTrash(ctx context.Context) error {
	unused, err := e.store.EmptyTrash(ctx, e.options.Now().Add(-trashKept))
	unreached, failed := e.store.ForgetReach(ctx)
	err = errors.Join(err, failed)
	for _, hash := range append(unused, unreached...) {
		err = errors.Join(err, e.removeUnused(ctx, hash))
	}
	return err
}

package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// events streams changes until the client leaves or the server stops. Subscribe runs beside the heartbeat; both write
// through one channel so that lines never mix.
func (d *Desk) events(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := d.untilStopping(r.Context())
	defer cancel()
	lines := make(chan catalog.Event)
	ended := make(chan error, 1)
	go func() {
		ended <- d.engine.Subscribe(ctx, func(e catalog.Event) error {
			select {
			case lines <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()

	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("X-Accel-Buffering", "no")
	heartbeat := time.NewTicker(d.heartbeat)
	defer heartbeat.Stop()
	err := writeJSONLine(w, catalog.Event{Kind: "ping"}) // the client sees at once that the stream is open
	for err == nil {
		select {
		case e := <-lines:
			err = writeJSONLine(w, e)
		case <-heartbeat.C:
			err = writeJSONLine(w, catalog.Event{Kind: "ping"})
		case err = <-ended:
			return streamError(ctx, err)
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	cancel()
	<-ended
	return nil
}

// streamError is nil when the stream ended because somebody wanted it to.
func streamError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
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
	err := writeLine(w, catalog.Event{Kind: "ping"}) // the client sees at once that the stream is open
	for err == nil {
		select {
		case e := <-lines:
			err = writeLine(w, e)
		case <-heartbeat.C:
			err = writeLine(w, catalog.Event{Kind: "ping"})
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

func writeLine(w http.ResponseWriter, e catalog.Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(web.Stall)) // not supported in-process, where nobody is slow
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	return control.Flush()
}

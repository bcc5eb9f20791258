package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// WaitRequest says how long to wait.
type WaitRequest struct {
	TimeoutMs *int64 `json:"timeoutMs,omitempty" doc:"absent: ten minutes; at most a day"`
}

// CheckList answers doctor.
type CheckList struct {
	Checks []catalog.Check `json:"checks"`
}

// OneTimeCode opens the screens once.
type OneTimeCode struct {
	Code string `json:"code"`
}

// Secret is a token.
type Secret struct {
	Token string `json:"token"`
}

func (d *Desk) status(w http.ResponseWriter, r *http.Request) error {
	s, err := d.wholeStatus(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, s)
	return nil
}

// wholeStatus is the engine's with that of synchronisation.
func (d *Desk) wholeStatus(ctx context.Context) (s catalog.Status, err error) {
	if s, err = d.engine.Status(ctx); err != nil {
		return s, err
	}
	s.Sync, err = d.sync.List(ctx)
	return s, err
}

func (d *Desk) pause(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.PauseAll(r.Context()))
}

func (d *Desk) resume(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.ResumeAll(r.Context()))
}

func (d *Desk) wait(w http.ResponseWriter, r *http.Request) error {
	var in WaitRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	limit := 10 * time.Minute
	if in.TimeoutMs != nil {
		if *in.TimeoutMs < 0 || *in.TimeoutMs > 24*3600*1000 {
			return web.WrongField("timeoutMs", "must be between 0 and a day")
		}
		limit = time.Duration(*in.TimeoutMs) * time.Millisecond
	}
	stoppable, cancel := d.untilStopping(r.Context())
	defer cancel()
	limited, cancel := context.WithTimeout(stoppable, limit)
	defer cancel()
	answer := ok
	if err := d.engine.Wait(limited); err != nil {
		switch {
		case d.stopping.Err() != nil:
			return errStopping
		case limited.Err() == nil || r.Context().Err() != nil:
			return err
		}
		answer = accepted
	}
	s, err := d.wholeStatus(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, answer, s)
	return nil
}

var errStopping = catalog.Errorf(catalog.Unavailable, "Sheaf is ending; what is pending continues when it runs again.")

func (d *Desk) reindex(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := d.untilStopping(r.Context())
	defer cancel()
	return done(w, d.engine.Reindex(ctx))
}

func (d *Desk) doctor(w http.ResponseWriter, r *http.Request) error {
	checks, err := d.engine.Doctor(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, CheckList{checks})
	return nil
}

func (d *Desk) createCode(w http.ResponseWriter, _ *http.Request) error {
	code, err := d.codes.Issue()
	if err != nil {
		return err
	}
	web.Write(w, created, OneTimeCode{code})
	return nil
}

func (d *Desk) exchange(w http.ResponseWriter, r *http.Request) error {
	var in OneTimeCode
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	token, err := d.codes.Exchange(in.Code)
	if err != nil {
		return err
	}
	web.Write(w, ok, Secret{token})
	return nil
}

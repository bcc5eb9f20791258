package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func (d *Desk) indexing(w http.ResponseWriter, r *http.Request) error {
	i, err := d.engine.Indexing(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, i)
	return nil
}

func (d *Desk) changeIndexing(w http.ResponseWriter, r *http.Request) error {
	var change catalog.IndexingChange
	if err := web.Decode(w, r, &change); err != nil {
		return err
	}
	i, err := d.engine.SetIndexing(r.Context(), change)
	if err != nil {
		return err
	}
	web.Write(w, ok, i)
	return nil
}

func (d *Desk) stopReading(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.StopReading(r.Context(), r.PathValue("id")))
}
